"""What every concept stands on: errors, field paths, names, releases, API objects, admission requests."""
