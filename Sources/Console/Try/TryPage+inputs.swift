import Findings
import HTTPSurface
import Store

extension TryPage {
    var inputs: HTML {
        switch question.shape {
        case .finding:
            let choices: [HTML] = recent.map { record in
                let finding = record.finding
                let checked: HTML = record.id == question.finding ? " checked" : ""
                return """
                    <li><label class="check"><input type="radio" name="pick" value="\(record.id)"\(checked)>\
                    <span>\(.severity(finding.severity)) \(String(finding.title.prefix(160)))<span class="xs f blk">\
                    \(accounts.label(finding)) · \(finding.region ?? "no Region") · \(record.id)</span></span></label></li>
                    """
            }
            let list: HTML =
                choices.isEmpty
                ? ""
                : #"<fieldset><legend class="s m">or one of the last</legend><ul class="pick">\#(choices)</ul></fieldset>"#
            return """
                <div class="stack"><label for="rf">Finding, by id or key</label><input id="rf" type="search" name="finding" \
                class="full" value="\(question.finding)" maxlength="2000"></div>\(list)
                """
        case .event:
            return """
                <div class="stack"><label for="ev">Event or finding, as a source sends it</label><textarea id="ev" \
                name="event" class="full mono" rows="16" spellcheck="false" required>\(.verbatim(question.event))</textarea></div>
                """
        case .fields:
            guard question.fields.isEmpty else {
                return """
                    <div class="stack"><label for="fs">Fields as JSON</label><textarea id="fs" name="fields" \
                    class="full mono" rows="12" spellcheck="false">\(.verbatim(question.fields))</textarea></div>
                    """
            }
            let rows: [HTML] = TryQuestion.rows.map { name in
                """
                <div class="opt"><label class="l" for="f-\(name)">\(name)</label><input class="full" type="text" \
                id="f-\(name)" name="\(name)" value="\(question.values[name] ?? "")" maxlength="1000"></div>
                """
            }
            let severities: [HTML] = Severity.allCases.reversed().map { severity in
                let isChosen = severity.label == question.values["severity"]
                return """
                    <option value="\(severity.label)"\(isChosen ? " selected" : "" as HTML)>\(severity.label)</option>
                    """
            }
            return """
                <div><div class="opt"><label class="l" for="f-severity">severity</label><select id="f-severity" \
                name="severity">\(severities)</select></div>\(rows)</div>
                """
        }
    }
}
