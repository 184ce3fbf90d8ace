import Findings
package import FoundationEssentials
import Routing

extension FindingOperations {
    /// Why a finding that has just some fields would go where it would go; nothing is stored, sent or counted.
    ///
    /// - Parameters:
    ///   - fields: A JSON object: the fields that rules look at by their names, and `event` for patterns.
    ///   - rules: Under which rules.
    ///   - moment: When the finding is taken to come; `nil` for now.
    /// - Returns: One explanation.
    /// - Throws: ``ExplanationRefusal``, ``RuleRefusal``, or when the rules cannot be read.
    package func explain(fields: [UInt8], under rules: RuleChoice, at moment: Date?) async throws -> Explanations {
        let observation = try FindingOperations.observation(fields: fields)
        return explain(
            [observation],
            under: try await table(rules, then: nil),
            of: rules,
            at: moment,
            unreadable: [],
            isEventKept: observation.event.members.isEmpty == false
        )
    }

    static func observation(fields: [UInt8]) throws -> Observation {
        let json: JSON
        do throws(JSONSyntaxError) {
            json = try JSONDocument.parse(fields, maximumDepth: 64)
        } catch {
            throw ExplanationRefusal.unreadable(.syntax(error))
        }
        do throws(ObservationFieldsError) {
            return try Observation(fields: json)
        } catch {
            throw ExplanationRefusal.unusableFields(error)
        }
    }
}
