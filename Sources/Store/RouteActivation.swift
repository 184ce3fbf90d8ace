/// Puts rule sets in force; a bad one changes nothing.
package protocol RouteActivation: Sendable {
    /// Reads the rules file again and, if it is good and different, activates it.
    ///
    /// - Parameter author: Who asked, in words.
    /// - Returns: What was done, or every problem of the file.
    func reload(author: String) async -> RouteReload
    /// The text of the rules file as it lies there now, whether it is loaded or not; `nil` where it cannot be read.
    func fileText() async -> [UInt8]?
    /// What the last reload said.
    func lastReload() async -> RouteReload?
    /// Where the rules are kept, and who may change them there.
    var keeping: RouteKeeping { get }
    /// Puts a text in force that did not come from the file, where the rules are kept so.
    ///
    /// - Parameters:
    ///   - text: The whole routes.json.
    ///   - activation: Who asks, and on what terms.
    /// - Returns: The new revision, or the active one when the text is the same.
    /// - Throws: ``PublicationError``, ``NotActive``, an error of the text, or when the store cannot write it.
    func publish(_ text: [UInt8], _ activation: Activation) async throws -> RouteRevision
}

/// Where the rules are kept.
package enum RouteKeeping: String, Sendable, Hashable {
    /// In the file, which nobody but people with an editor changes.
    case file
    /// In the file, which this service may replace.
    case writableFile = "writable-file"
    /// In the store.
    case store
}

/// Why nothing was published.
package enum PublicationError: Error, Hashable {
    /// The rules are kept in a file that is not this service's to write.
    case keptInFile(String)
    /// The file is not what is in force: somebody changed it, and it was not read yet or is not good.
    case fileChanged(String)
    /// The file is not what is in force and does not load, which nobody has acknowledged.
    case fileBad(String)
    /// The file cannot be written, and why.
    case unwritable(String, String)
}

/// What a reload did.
package enum RouteReload: Sendable, Hashable {
    case activated(RouteRevision)
    case unchanged(RouteRevision)
    /// The file could not be read or is not good; the earlier rules stay. At least one problem, one line each.
    case refused([String])
}
