/** Words the sample data is made of. All of it is invented. */
export const GIVEN_NAMES =
  "Ada Aisha Alejandro Amara Anders Anouk Arjun Astrid Beatriz Benedikt Camille Chidi Clara Dagny Daniel Elif Emeka Emilia Esther Farid Felix Freya Gabriel Giulia Hana Hugo Ines Ingrid Isak Jamal Jana Jonas Kaito Katarzyna Kofi Lea Leila Linnea Lukas Magnus Malik Marta Mateo Mei Mila Nadia Niklas Noor Olga Oskar Paolo Priya Rafael Ravi Renata Rosa Samir Sanna Sofía Tariq Thandiwe Theo Tomás Valentina Viktor Wanjiru Yara Yuki Zoë Zsófia".split(
    " ",
  );

export const FAMILY_NAMES =
  "Abara Adeyemi Ahmed Almeida Andersson Asante Bakker Banerjee Becker Bianchi Björk Castro Chen Costa Dahl Demir Dubois Eriksen Farouk Fernández Fischer Fontaine García Haddad Hansen Hayashi Hofmann Ibrahim Ito Jansen Jensen Kamau Kaya Keller Kim Kowalski Kumar Larsen Laurent Lehmann Lindqvist Lopes Lund Marchetti Mbeki Mehta Meyer Moreau Müller Nakamura Ndiaye Nguyen Nilsson Novák Nyberg Okafor Olsen Ortega Osei Park Patel Pereira Petrov Rao Ricci Rossi Sato Schmidt Silva Sørensen Suzuki Tanaka Torres Varga Virtanen Vogel Wagner Weber Yılmaz Zhang".split(
    " ",
  );

export const ARTICLE_TITLES = [
  "Refund policy",
  "Shipping times by region",
  "Warranty terms",
  "Onboarding checklist",
  "Password reset steps",
  "Battery safety guide",
  "Return authorisation process",
  "Firmware update notes",
  "Escalation matrix",
  "Data retention policy",
  "Incident response runbook",
  "Pricing tiers explained",
  "Supported devices",
  "Working with webhooks",
  "Invoice questions",
  "Service level commitments",
  "Holiday opening hours",
  "Accessibility statement",
  "Calibration procedure",
  "Customs and duties",
  "Partner programme FAQ",
  "Field service handbook",
  "Single sign-on set-up",
  "Spare parts catalogue",
] as const;

export const ARTICLE_TAGS = [
  "billing",
  "draft",
  "emea",
  "faq",
  "hardware",
  "internal",
  "legal",
  "public",
  "support",
] as const;

export const CHANNEL_KINDS = ["email", "slack", "sms", "teams", "voice", "web_chat", "webhook", "whatsapp"] as const;

export const CHANNEL_NAMES = [
  "Support inbox",
  "Website chat",
  "Order updates",
  "Field service",
  "Partner desk",
  "Billing questions",
  "On-call alerts",
  "Release announcements",
  "Sales enquiries",
  "Customer success",
] as const;

/** Tables with a field that is changed often, and the values it takes. */
export const TABLES = [
  { name: "customers", field: "plan", values: ["starter", "team", "business", "enterprise"] },
  { name: "devices", field: "firmware", values: ["4.1.0", "4.1.2", "4.2.0", "5.0.0-rc1"] },
  { name: "invoices", field: "status", values: ["draft", "sent", "paid", "overdue"] },
  { name: "orders", field: "status", values: ["placed", "packed", "shipped", "delivered", "cancelled"] },
  { name: "shipments", field: "carrier", values: ["air", "road", "rail", "sea"] },
  { name: "subscriptions", field: "renewal", values: ["monthly", "yearly", "paused"] },
  { name: "tickets", field: "priority", values: ["low", "normal", "high", "urgent"] },
  { name: "warranties", field: "owner", values: ["unassigned", "field service", "billing", "support"] },
] as const;

export const CITIES = ["Austin", "Berlin", "Ghent", "Nairobi", "Osaka", "Porto", "Turin", "Uppsala"] as const;

export const KEY_NAMES = [
  "ci-deploy",
  "crm-sync",
  "data-warehouse",
  "helpdesk-bridge",
  "invoice-export",
  "mobile-backend",
  "monitoring",
  "nightly-import",
  "partner-portal",
  "website",
] as const;

export const MESSAGE_SUBJECTS = [
  "an order delay",
  "a delivery window",
  "an invoice question",
  "a warranty claim",
  "a password reset",
  "a firmware recall",
  "a maintenance window",
  "a contract renewal",
  "a return label",
  "a satisfaction survey",
] as const;
