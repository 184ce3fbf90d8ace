import Findings
import HTTPSurface
import Operations

/// What keeps a page as it is now while somebody looks at it.
///
/// Elements with `data-live` and an id are exchanged when a topic changes, by `stream.js`: the whole of them, or with
/// ``rows`` only the rows that are there already. Without scripts the page stays as it was.
struct Live: Sendable, Hashable {
    var topics: [Topic]
    /// What is known of the topics by the one who wrote the page; `nil` when that is not known.
    var since: String?
    /// Where the page is, with its query.
    var path: String

    /// The id of the element that listens.
    static let listener = "live"

    /// An element that is exchanged as a whole. Its id begins with `live-`, since icons have short ids.
    static func region(_ id: String) -> HTML { #" id="live-\#(id)" data-live"# }

    /// An element in which rows are exchanged that are there, and those that are not are counted first.
    static func rows(_ id: String) -> HTML { #" id="live-\#(id)" data-live="rows""# }

    /// What listens, and says when it cannot.
    var html: HTML {
        let names = topics.map(\.name)
        let known = since.map { "&since=\($0.percentEncoded)" } ?? ""
        let stream = "/stream?topics=\(names.joined(separator: ",").percentEncoded)\(known)"
        let triggers = (names + ["resync"]).map { "sse:\($0)" }.joined(separator: ", ")
        return """
            <p class="live s" id="\(Live.listener)" role="status" hx-ext="sse" sse-connect="\(stream)" sse-close="end" hx-get="\(path)" \
            hx-trigger="\(triggers)" hx-swap="none"></p>
            """
    }
}
