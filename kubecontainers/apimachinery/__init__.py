"""What every concept stands on: errors, field paths, names, releases, API objects, clusters, back-off, admission requests."""
