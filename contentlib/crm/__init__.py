"""Reads what CRMs and spreadsheets say of deals, in the library's words; it stores nothing."""
