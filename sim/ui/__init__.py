"""The browser app: the only package that speaks Streamlit; it computes nothing."""
