import Findings
import HTTPSurface
import Operations
import Routing

extension AccountBook {
    /// Groups that are named beside an account.
    private static let mostGroups = 3

    /// An account by its name with its id and its groups beside it.
    ///
    /// - Parameters:
    ///   - id: As the finding has it.
    ///   - name: The same; another finding may have told it where this one does not.
    /// - Returns: What stands in a line.
    func label(_ id: String?, name: String? = nil) -> HTML {
        let own = name.flatMap { $0.isEmpty ? nil : $0 }
        return "\(HTML.account(id, name: own ?? self.name(of: id)))\(groupNames(of: id))"
    }

    func label(_ finding: Finding) -> HTML { label(finding.account, name: finding.accountName) }

    /// The same as text, without the groups.
    func words(_ finding: Finding) -> String? {
        NamedAccount.text(finding.account, name: finding.accountName ?? name(of: finding.account))
    }

    /// A text with the names of the accounts beside their ids, where any finding told them.
    func naming(_ text: String) -> String {
        guard names.isEmpty == false else { return text }
        return text.replacing(/\b[0-9]{12}\b/) { match in
            let name = names[String(match.output)].map { EscapedText.visible($0, limit: AccountBook.longestName) }
            return name.map { "\(match.output) (\($0))" } ?? String(match.output)
        }
    }

    /// Signs of a name in a list.
    private static let longestName = 40

    private func groupNames(of id: String?) -> HTML {
        guard let id else { return "" }
        let names = groups.names(of: id)
        guard names.isEmpty == false else { return "" }
        let shown = names.prefix(AccountBook.mostGroups).map { "@\($0)" }.joined(separator: " ")
        let more = names.count - AccountBook.mostGroups
        return #" <span class="xs f">\#(shown)\#(more > 0 ? " and \(more) more" : "")</span>"#
    }
}
