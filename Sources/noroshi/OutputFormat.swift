import ArgumentParser

/// How a command prints its data.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
}
