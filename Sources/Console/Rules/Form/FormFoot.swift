import HTTPSurface
import Operations
import Store

/// The buttons of a form that is kept in a draft.
struct FormFoot {
    var bench: Workbench

    /// The buttons, with what else is to be said.
    func html(beside note: HTML = "") -> HTML {
        let buttons: HTML = """
            <button class="b p" name="do" value="keep">Keep in draft</button> \
            <button class="b" name="do" value="check">Check</button>
            """
        guard bench.mayEdit else {
            return #"<div class="fs"><div class="row wrap">\#(bench.visitor.controls(.edit, buttons))</div></div>"#
        }
        guard bench.draft?.record.content.buffer == nil else {
            return """
                <div class="fs"><div class="note warn">\(.icon(.warn))<div class="grow"><b>Finish the JSON first.</b> A text that cannot be \
                used yet is kept with the draft. <a class="u" href="/rules/json">Go on with it, or throw it away</a></div></div></div>
                """
        }
        return """
            <div class="fs"><div class="row wrap">\(buttons)\
            <span class="hint">Nothing is in force until you publish. \(note)</span></div></div>
            """
    }
}
