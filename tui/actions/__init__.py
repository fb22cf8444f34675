"""What the main screen can do, a file a theme; `tui.screens.main` puts them together."""
