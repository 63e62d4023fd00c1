"""The Pulumi surfaces over the core: each translates and delegates, and decides nothing that both would need."""
