package import Findings

extension RouteDocument {
    /// Reads a routes.json, strictly: a key that means nothing, stands twice or is missing is an error.
    ///
    /// Secrets are not looked up. References inside the document (destinations, account groups) are all checked.
    ///
    /// - Parameters:
    ///   - bytes: The whole file, at most 16 MiB of UTF-8.
    ///   - file: What diagnostics call the file.
    /// - Returns: The document, what is doubtful in it, and the text that it was read from.
    /// - Throws: ``RouteDocumentError`` with all errors at once, and the warnings beside them.
    package static func parse(
        _ bytes: [UInt8],
        file: String
    ) throws(RouteDocumentError) -> (document: RouteDocument, warnings: [RouteDiagnostic], root: JSON) {
        var reader = RouteReader(bytes: bytes, file: file)
        let read = reader.read()
        let diagnostics = reader.diagnostics()
        guard let read, diagnostics.allSatisfy({ $0.severity == .warning }) else {
            throw RouteDocumentError(diagnostics: diagnostics)
        }
        return (read.document, diagnostics, read.root)
    }
}
