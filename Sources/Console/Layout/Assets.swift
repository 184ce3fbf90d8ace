import CConsole
import Crypto
import FoundationEssentials

/// The files of the console, built into the program.
enum Assets {
    static let stylesheet = String(cString: noroshi_console_stylesheet())
    static let icons = String(cString: noroshi_console_icons())
    static let mark = String(cString: noroshi_console_mark())

    /// Where the stylesheet is; another one has another name, so that a browser may keep it for ever.
    static let stylesheetPath = "/assets/noroshi-\(name(of: stylesheet)).css"
    static let markPath = "/favicon.svg"

    private static func name(of text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).prefix(6).map { String(UInt(0x100) + UInt($0), radix: 16).suffix(2) }
            .joined()
    }
}
