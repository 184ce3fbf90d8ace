import Findings
import HTTPSurface
import HTTPTypes
import Hummingbird
import Operations
import Routing
import Store

/// The parts of routes.json beside the rules.
extension ConsoleRoutes {
    func addSettings(to router: Router<SurfaceContext>) {
        show("settings", router) { _, visitor, _ in SettingsPage(bench: try await bench(visitor)).page }
        for path in ["settings/:part", "settings/:part/:name"] {
            show(path, router) { request, visitor, context in
                let name = context.parameters.get("name") == nil ? nil : try parameter("name", context)
                let named = name ?? ConsoleRoutes.query(request)["name"].flatMap { $0.isEmpty ? nil : $0 }
                return try settingPage(try await bench(visitor), try parameter("part", context), named)
            }
            submit(path, router, for: .edit, limit: Form.rules) { form, visitor, author, context in
                let name = context.parameters.get("name") == nil ? nil : try parameter("name", context)
                return try await editSetting(
                    form,
                    try await bench(visitor),
                    try parameter("part", context),
                    name,
                    author
                )
            }
        }
    }

    private func place(_ part: String, _ name: String?) throws -> JSONPlace {
        guard SettingsPage.parts.contains(part), name == nil || SettingsPage.named.contains(part) else {
            throw Problem(.notFound, detail: "routes.json has no such part.")
        }
        return JSONPlace(pointer: JSONPointer([part] + [name].compactMap(\.self)))
    }

    private func settingPage(_ bench: Workbench, _ part: String, _ name: String?) throws -> Page {
        let place = try place(part, name)
        let shown = place.shown(in: bench.rules)
        let template = SettingsPage.template(
            part,
            named: name != nil,
            destinations: bench.rules.document.destinations.map(\.name)
        )
        let editor = JSONEditor(
            action: ConsoleRoutes.action(part, name),
            label: name ?? SettingsPage.title(part),
            text: shown?.text ?? template,
            line: shown?.line ?? 1,
            bench: bench
        )
        return SettingPage(bench: bench, part: part, name: name, editor: editor).page
    }

    private static func action(_ part: String, _ name: String?) -> String {
        name.map { SettingsPage.path(part, $0) } ?? "/settings/\(part)"
    }

    private func editSetting(
        _ form: Form,
        _ bench: Workbench,
        _ part: String,
        _ name: String?,
        _ author: Author
    ) async throws -> Outcome {
        let sent = SentText(try place(part, name), form)
        return try await edit(sent, bench, author) { editor, notice in
            var editor = editor
            editor.action = ConsoleRoutes.action(part, name)
            editor.label = name ?? SettingsPage.title(part)
            return SettingPage(bench: editor.bench, part: part, name: name, editor: editor, notice: notice).page
        } done: { rules in
            sent.place.pointer.value(in: rules.root) == nil ? "/settings" : ConsoleRoutes.action(part, name)
        }
    }
}
