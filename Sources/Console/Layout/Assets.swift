import CConsole
import Crypto
import Findings
import FoundationEssentials

/// The files of the console, built into the program.
enum Assets {
    /// A file that is served under a name that changes with its content, so that a browser may keep it for ever.
    struct File: Sendable {
        var text: String
        var type: String
        var path: String

        init(_ name: String, _ ending: String, _ type: String, _ text: String) {
            self.text = text
            self.type = type
            path = "/assets/\(name)-\(File.hash(text)).\(ending)"
        }

        private static func hash(_ text: String) -> String {
            SHA256.hash(data: Data(text.utf8)).prefix(6).hex
        }
    }

    static let icons = String(cString: noroshi_console_icons())
    static let mark = String(cString: noroshi_console_mark())
    static let markPath = "/favicon.svg"

    static let stylesheet = File(
        "noroshi",
        "css",
        "text/css; charset=utf-8",
        String(cString: noroshi_console_stylesheet())
    )
    static let keys = File("keys", "js", scriptType, String(cString: noroshi_console_keys()))
    static let editor = File("editor", "js", scriptType, String(cString: noroshi_console_editor()))
    static let drag = File("drag", "js", scriptType, String(cString: noroshi_console_drag()))
    /// Vendored; `VENDORED.json` beside it says from where.
    static let htmx = File("htmx", "js", scriptType, String(cString: noroshi_console_htmx()))
    static let events = File("sse", "js", scriptType, String(cString: noroshi_console_events()))

    /// Its own module for what keeps pages as they are now.
    static let stream = File("stream", "js", scriptType, String(cString: noroshi_console_stream()))

    static let files = [stylesheet, keys, editor, drag, htmx, events, stream]

    private static let scriptType = "text/javascript; charset=utf-8"
}

extension Page {
    /// What a page runs; every page works without.
    enum Script: Sendable, Hashable {
        /// Keys that lead through the pages, unless they are switched off.
        case keys
        /// Numbers, marks and keys for a text box with JSON.
        case editor
        /// Rules that are moved by dragging them.
        case drag
        /// Parts of the page that are exchanged in place.
        case htmx
        /// What goes on while the page is open; goes with ``htmx``.
        case events
        /// What exchanges the parts of a page that have changed; goes with ``events``.
        case stream

        var file: Assets.File {
            switch self {
            case .keys: Assets.keys
            case .editor: Assets.editor
            case .drag: Assets.drag
            case .htmx: Assets.htmx
            case .events: Assets.events
            case .stream: Assets.stream
            }
        }
    }
}
