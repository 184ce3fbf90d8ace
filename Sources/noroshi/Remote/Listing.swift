import ArgumentParser
import Findings

/// How much of a listing a command shows.
struct ListingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 50

    @Flag(help: "Show all of them.")
    var all = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is a number above 0") }
    }
}

extension RemoteCommand {
    /// Prints a listing: a table for people, one object a line for programs.
    ///
    /// - Parameters:
    ///   - path: Of the listing.
    ///   - query: Its filters.
    ///   - options: How many.
    ///   - server: Whom to ask.
    ///   - nothing: What people are told when there is nothing.
    ///   - table: The table of the items.
    /// - Throws: ``ServerFailure``.
    func list(
        _ path: String,
        _ query: [(String, String?)] = [],
        _ options: ListingOptions,
        on server: ServerConnection,
        nothing: String,
        table: ([JSON]) -> Table
    ) async throws {
        let (items, hasMore) = try await server.list(path, query, limit: options.all ? nil : options.limit)
        switch remote.format {
        case .json: for item in items { print(item.compactText) }
        case .text:
            guard items.isEmpty == false else {
                Terminal.note(nothing)
                return
            }
            Terminal.print(table(items))
        }
        if hasMore { Terminal.note("There are more; ask for them with --limit or --all.") }
    }
}

extension JSON {
    /// The text under a path of keys, a number as spelled, or `-`.
    func shown(_ first: String, _ more: String...) -> String {
        var value = self[first]
        for key in more { value = value?[key] }
        return value?.string ?? value?.number ?? "-"
    }

    /// The same for a moment, to the second.
    func moment(_ first: String, _ more: String...) -> String {
        var value = self[first]
        for key in more { value = value?[key] }
        guard let text = value?.string else { return "-" }
        guard text.count > 20, text.dropFirst(19).first == "." else { return text }
        return String(text.prefix(19) + text.dropFirst(20).drop { $0.isNumber })
    }

    /// The value as received but for `\u003c`, which the server writes for `<` so that its text may stand in a page.
    var plainText: String {
        var plain = ""
        var rest = text[...]
        while let backslash = rest.firstIndex(of: "\\") {
            plain += rest[..<backslash]
            rest = rest[backslash...]
            // An escaped backslash is passed as a pair, so that a `u003c` after it is not taken for an escape.
            let isLess = rest.prefix(6).lowercased() == "\\u003c"
            plain += isLess ? "<" : String(rest.prefix(2))
            rest = rest.dropFirst(isLess ? 6 : 2)
        }
        return plain + rest
    }
}
