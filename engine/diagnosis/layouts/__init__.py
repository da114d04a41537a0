"""As what can somebody's arrays be read? In the convention in which most of them is right."""
