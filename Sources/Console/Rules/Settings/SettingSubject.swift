import HTTPSurface
import Routing

/// Which part of routes.json beside the rules a page is about.
struct SettingSubject: Sendable, Hashable {
    var part: String
    var name: String?

    /// `nil` when routes.json has no such part.
    init?(_ part: String, _ name: String?) {
        guard SettingsPage.parts.contains(part), name == nil || SettingsPage.named.contains(part) else { return nil }
        self.part = part
        self.name = name
    }

    var place: JSONPlace { JSONPlace(pointer: JSONPointer([part] + [name].compactMap(\.self))) }
    var path: String { name.map { SettingsPage.path(part, $0) } ?? "/settings/\(part)" }
    var title: String { name ?? SettingsPage.title(part) }
    /// `nil` for what is edited as JSON alone.
    var form: (any SettingForm.Type)? { SettingsPage.form(of: part, named: name != nil) }
    /// Where its JSON is.
    var jsonPath: String { form == nil ? path : "\(path)?as=json" }

    /// The heading, with the way to the other form of the same.
    func head(isForm: Bool) -> HTML {
        let crumb: HTML = name == nil ? "" : #" / <a href="/settings/\#(part)">\#(SettingsPage.title(part))</a>"#
        let about: HTML = isForm ? "" : "<p>Edited as JSON. An empty box takes it out of the file.</p>"
        func link(_ text: String, _ path: String, _ isCurrent: Bool) -> HTML {
            #"<a href="\#(path)"\#(isCurrent ? #" aria-current="true""# as HTML : "")>\#(text)</a>"#
        }
        let kinds: HTML =
            form == nil
            ? ""
            : """
            <div class="row"><div class="seg">\(link("Form", path, isForm))\(link("JSON", jsonPath, isForm == false))</div></div>
            """
        return """
            <div class="crumb"><a href="/destinations">Destinations</a> / <a href="/settings">Settings</a>\(crumb)</div>\
            <div class="head"><div><h1>\(title)</h1>\(about)</div>\(kinds)</div>
            """
    }
}
