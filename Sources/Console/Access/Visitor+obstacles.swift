import HTTPSurface

/// What somebody sees who may not do something: the same controls, switched off, with why.
extension Visitor {
    /// Why they may not do this, in a sentence; `nil` when they may.
    func obstacle(to deed: Deed) -> String? {
        guard may(deed) == false else { return nil }
        guard isReadOnly == false else { return "The console only reads: it was started with --console read-only." }
        let needed: Role = deed == .edit ? .editor : .responder
        return "This needs the role \(needed.rawValue); yours is \(caller.role?.rawValue ?? "none")."
    }

    /// Controls for whoever may do this; for others they are switched off, and say why.
    func controls(_ deed: Deed, _ controls: HTML) -> HTML {
        guard let obstacle = obstacle(to: deed) else { return controls }
        return #"<fieldset class="off" disabled>\#(controls)</fieldset> <span class="hint">\#(obstacle)</span>"#
    }

    /// A link to where this is done; for others a button that is switched off, and says why where that does not stand
    /// beside it already.
    func way(_ deed: Deed, to path: String, _ look: String, _ words: HTML, saysWhy: Bool = true) -> HTML {
        guard let obstacle = obstacle(to: deed) else { return #"<a class="b \#(look)" href="\#(path)">\#(words)</a>"# }
        let why: HTML = saysWhy ? #" <span class="hint">\#(obstacle)</span>"# : ""
        return #"<button type="button" class="b \#(look)" disabled>\#(words)</button>\#(why)"#
    }
}
