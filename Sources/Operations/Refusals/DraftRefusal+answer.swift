import Findings
import Routing

extension DraftRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknown:
            RefusalAnswer(
                .unknown,
                detail: "There is no draft with this id: it was published, thrown away or never there."
            )
        case .exists(let id):
            RefusalAnswer(
                .conflict,
                detail: "You have a draft already, \(id): go on with it, or throw it away first.",
                facts: ["draft": .string("/api/v1/drafts/\(id)")]
            )
        case .tooMany:
            RefusalAnswer(.conflict, detail: "There are 200 drafts; publish or throw away one that is not needed.")
        case .changed:
            RefusalAnswer(.changed, detail: "The draft has changed since it was read; read it again and decide anew.")
        case .unusable(let diagnostics):
            RefusalAnswer(
                .impossible,
                detail: "The text cannot be used as rules; nothing was changed.",
                faults: diagnostics.filter { $0.severity == .error }.map(\.fault)
            )
        case .edit(let index, let error):
            RefusalAnswer(
                .conflict,
                detail: "The edit does not fit the text; none of the edits was made.",
                faults: [RefusalAnswer.Fault(detail: "\(error)", pointer: "/ops/\(index)")]
            )
        case .noVersion(let version):
            RefusalAnswer(
                .unknown,
                detail: "There is no version \(version) of the rules, or its text is not kept any more."
            )
        case .behind(let draft, let active):
            RefusalAnswer(
                .changed,
                detail:
                    "Somebody has published version \(active) since the draft was begun. Put the draft onto it first.",
                facts: ["active": .integer(active), "merge": .string("/api/v1/drafts/\(draft)/merge")]
            )
        case .otherActive(let active):
            RefusalAnswer(
                .changed,
                detail: "Version \(active) is in force, and not the one that was seen; read it and decide anew.",
                facts: ["active": .integer(active)]
            )
        case .keptInFile(let path):
            RefusalAnswer(
                .forbidden,
                detail:
                    "The rules are kept in \(path.isEmpty ? "a file" : path), which this service does not write. Take "
                    + "the "
                    + "text or the patch of the draft, put it into the file, and reload; or start the service with "
                    + "--routes-writable or --routes-store."
            )
        case .keptInStore:
            RefusalAnswer(
                .conflict,
                detail: "The rules are kept by this service, and no file is read that could take a proposal over: "
                    + "publish the draft."
            )
        case .fileChanged(let path):
            RefusalAnswer(
                .conflict,
                detail:
                    "\(path) is not what is in force: somebody changed it. It is never overwritten. Make it good and "
                    + "reload it, or put it back, and publish then."
            )
        case .fileBad(let path):
            RefusalAnswer(
                .conflict,
                detail:
                    "\(path) is not what is in force, and does not load. Make it good and reload it; or acknowledge "
                    + "that it is replaced (\"badFile\")."
            )
        case .unwritable(let path, let reason):
            RefusalAnswer(
                .unavailable(retryAfter: 10),
                detail: "\(path) cannot be written (\(reason)), so nothing was published."
            )
        case .noNote(let most):
            RefusalAnswer(
                .unusable,
                detail: "Say in a note of 1 to \(most) characters why, for whoever reads the versions.",
                faults: [RefusalAnswer.Fault(detail: "expected a text of 1 to \(most) characters", pointer: "/note")]
            )
        case .unacknowledged(let nobody, let suppressed, let isMeasured, let expectations):
            RefusalAnswer(
                .conflict,
                detail: DraftRefusal.asked(nobody, suppressed, isMeasured, expectations.count),
                faults: expectations.map { result in
                    RefusalAnswer.Fault(
                        detail: "“\(EscapedText.visible(result.name))”: \(result.reason ?? "")",
                        pointer: "/expectations/\(result.place)"
                    )
                },
                facts: [
                    "nobody": .integer(nobody), "suppressed": .integer(suppressed), "measured": .bool(isMeasured),
                    "expectations": .array(expectations.map { .string($0.name) }),
                ]
            )
        }
    }

    private static func asked(_ nobody: Int, _ suppressed: Int, _ isMeasured: Bool, _ broken: Int) -> String {
        let unmeasured =
            "Nobody has measured what this changes. Replay it on past findings first, or acknowledge \"unmeasured\"."
        let parts = [
            nobody > 0 ? "\(nobody) findings would reach nobody (\"nobody\")" : nil,
            suppressed > 0 ? "\(suppressed) of HIGH or worse would be suppressed (\"suppressed\")" : nil,
        ].compactMap(\.self)
        let effect = parts.isEmpty ? nil : "Acknowledge first: \(parts.joined(separator: ", "))."
        let expected =
            broken == 0
            ? nil
            : "\(broken == 1 ? "1 expectation does" : "\(broken) expectations do") not hold. Change the rules or what "
                + "is expected, or acknowledge each by its name (\"expectations\")."
        return [isMeasured ? nil : unmeasured, effect, expected].compactMap(\.self).joined(separator: " ")
    }
}

extension RouteDiagnostic {
    /// The diagnostic at its place in the text.
    package var fault: RefusalAnswer.Fault {
        RefusalAnswer.Fault(
            detail: text,
            pointer: pointer,
            line: position.line,
            column: position.column,
            nearest: suggestion
        )
    }
}
