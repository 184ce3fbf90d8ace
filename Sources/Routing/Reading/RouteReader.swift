import Findings

/// Reads one routes.json and notes everything that is wrong with it on the way.
///
/// Every reading function answers `nil` for what cannot be used and has then noted why; the rest of the document is
/// read all the same, so that a person gets all errors at once.
struct RouteReader {
    let bytes: [UInt8]
    let file: String
    private(set) var notes: [Note] = []
    /// Where each line begins.
    private let lineStarts: [Int]

    init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
        var lineStarts = [0]
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { lineStarts.append(index + 1) }
        self.lineStarts = lineStarts
    }

    /// A diagnostic whose line and column are not counted yet.
    struct Note {
        var severity: RouteDiagnostic.Severity
        var offset: Int
        var pointer: String
        var message: String
        var suggestion: String?
    }

    /// A value of the file beside the JSON pointer that leads to it.
    struct Node {
        var json: JSON
        var pointer: String

        func child(_ key: String, _ json: JSON) -> Node {
            // What was meant for another place may be a secret, and pointers are printed.
            guard SecretForm.of(key) == nil else { return Node(json: json, pointer: "\(pointer)/…") }
            return Node(json: json, pointer: "\(pointer)/\(JSONPointer.escaped(key))")
        }

        var elements: [Node] {
            json.elements.enumerated().map { Node(json: $1, pointer: "\(pointer)/\($0)") }
        }
    }

    var hasErrors: Bool { notes.contains { $0.severity == .error } }

    mutating func error(_ node: Node, _ message: String, suggestion: String? = nil) {
        note(.error, at: node.json.offset, node.pointer, message, suggestion: suggestion)
    }

    mutating func warning(_ node: Node, _ message: String, suggestion: String? = nil) {
        note(.warning, at: node.json.offset, node.pointer, message, suggestion: suggestion)
    }

    mutating func note(
        _ severity: RouteDiagnostic.Severity,
        at offset: Int,
        _ pointer: String,
        _ message: String,
        suggestion: String? = nil
    ) {
        notes.append(
            Note(severity: severity, offset: offset, pointer: pointer, message: message, suggestion: suggestion)
        )
    }

    /// The most diagnostics that are worth printing.
    static let mostDiagnostics = 500

    /// Everything noted, in the order of the file.
    func diagnostics() -> [RouteDiagnostic] {
        // Errors come before warnings when there are too many to print, so that the cut never hides all errors.
        var shown = notes
        if shown.count > RouteReader.mostDiagnostics {
            let ordered = notes.filter { $0.severity == .error } + notes.filter { $0.severity == .warning }
            shown = Array(ordered.prefix(RouteReader.mostDiagnostics))
        }
        var result: [RouteDiagnostic] = shown.enumerated()
            .sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
            .map { diagnostic($0.element) }
        if notes.count > shown.count, let last = result.last {
            var more = last
            more.pointer = ""
            more.suggestion = nil
            more.message = "and \(notes.count - shown.count) more problems, not shown"
            result.append(more)
        }
        return result
    }

    /// The place of a byte, as ``TextPosition/init(offset:in:)`` counts it, without counting from the start each time.
    func position(of offset: Int) -> TextPosition {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return TextPosition(line: low + 1, column: offset - lineStarts[low] + 1)
    }

    /// The word that was probably meant; none once there are more errors than anybody will be shown.
    func nearest(_ word: String, among words: [String]) -> String? {
        notes.count < RouteReader.mostDiagnostics ? NearestWord.of(word, among: words) : nil
    }

    private func diagnostic(_ note: Note) -> RouteDiagnostic {
        RouteDiagnostic(
            severity: note.severity,
            file: file,
            position: position(of: note.offset),
            pointer: note.pointer,
            message: note.message,
            suggestion: note.suggestion
        )
    }
}
