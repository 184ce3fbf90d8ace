import ArgumentParser

/// An id or a name on the command line, which becomes a segment of a path.
///
/// Without one the path would be that of the whole list, whose answer has none of the members of one item; and what is
/// between dots names another path.
enum GivenName {
    /// - Throws: What is wrong, for a usage error.
    @Sendable static func read(_ text: String) throws -> String {
        guard text.contains(where: { $0.isWhitespace == false }), text != ".", text != ".." else {
            throw ValidationError("it must name something")
        }
        return text
    }
}
