import HTTPSurface
import Routing

/// Everything because of which a form is not in the draft.
enum FormFaults {
    static func html(_ mistakes: [FormMistake], _ diagnostics: [RouteDiagnostic]) -> HTML {
        let errors =
            mistakes.map(\.text) + diagnostics.filter { $0.severity == .error }.map { "\($0.text) (\($0.pointer))" }
        guard errors.isEmpty == false else { return "" }
        let lines: [HTML] = errors.prefix(50).map { "<li>\($0)</li>" }
        let title =
            errors.count == 1
            ? "1 error, so it is not in the draft" : "\(errors.count) errors, so it is not in the draft"
        return """
            <div class="fs" id="errors" role="alert"><div class="note bad">\(.icon(.stop))<div class="grow"><b>\(title)</b>\
            <ul class="s bullets">\(lines)</ul></div></div></div>
            """
    }
}
