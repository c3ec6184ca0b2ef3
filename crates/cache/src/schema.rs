//! Schema: all migrations in order.
