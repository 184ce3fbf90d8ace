import Findings
import Operations
import Routing

extension JSONEditor {
    /// Notes everything that is wrong with a file.
    mutating func check(_ bytes: [UInt8], _ rules: RuleOperations) async {
        file = bytes
        do throws(RouteDocumentError) {
            diagnostics = try await rules.read(bytes).warnings
            isGood = true
        } catch {
            diagnostics = error.diagnostics
            isGood = false
        }
    }

    /// What keeps a text from being JSON; `nil` when it is.
    static func syntax(of text: String) -> RouteDiagnostic? {
        let bytes = Array(FormText.lines(text).utf8)
        do throws(JSONSyntaxError) {
            _ = try JSONDocument.parse(bytes)
            return nil
        } catch {
            return RouteDiagnostic(
                severity: .error,
                file: "routes.json",
                position: TextPosition(offset: error.offset, in: bytes),
                pointer: "",
                message: "not valid JSON: \(error.reason)"
            )
        }
    }
}

extension JSONPlace {
    /// The part of a file that may be wrong elsewhere; `nil` when it is not JSON.
    func text(in file: [UInt8]) -> String? {
        do throws(JSONSyntaxError) {
            return pointer.value(in: try JSONDocument.parse(file)).map(FormText.json)
        } catch {
            return nil
        }
    }
}
