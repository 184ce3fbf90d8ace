import FoundationEssentials
import HTTPSurface
import Operations

/// The nodes that share the store, as the overview shows them.
struct NodesView {
    var nodes: [NodeState]
    /// The one that answers.
    var this: ThisNode.Standing

    /// A card with a row for each; nothing where one process does everything.
    var card: HTML {
        guard this.isShared else { return "" }
        let hasLeader = nodes.contains(where: \.leads)
        let none: HTML =
            hasLeader
            ? ""
            : #"<p class="body s t-warn">No node leads now. What is accepted waits until one does, within seconds.</p>"#
        return """
            <section class="card" id="nodes"><header><h2>Nodes</h2><span class="s f">\(.number(nodes.count))</span></header>\(none)\
            <div class="scroll" tabindex="0" role="region" aria-label="Nodes"><table class="mid stackable">\
            <caption class="vh">Nodes that share the database</caption><thead><tr><th scope="col">Node</th>\
            <th scope="col">Does</th><th scope="col">Since</th><th scope="col" class="num">Lanes</th></tr></thead>\
            <tbody>\(nodes.map(row))</tbody></table></div></section>
            """
    }

    private func row(_ node: NodeState) -> HTML {
        let answers: HTML = node.isThis ? " · answers this page" : ""
        let leads: HTML =
            node.leads
            ? #"<span class="st t-ok">\#(.icon(.check))leads</span>"#
            : #"<span class="st m">\#(.icon(.play))follows</span>"#
        let deletes: HTML = node.keepsHouse ? #"<span class="xs f blk">deletes what is old</span>"# : ""
        return """
            <tr><td><b>\(node.name)</b><span class="xs f blk">\(.number(Int(node.number))) · \(node.version)\(answers)</span></td>\
            <td data-l="Does"><span>\(leads)\(deletes)</span></td>\
            <td data-l="Since" class="s">\(.moment(node.startedAt))</td>\
            <td data-l="Lanes" class="num">\(.number(node.lanes.count))</td></tr>
            """
    }
}

extension ServingNode {
    /// Who sends, and since when, on a line of its own.
    var line: HTML { #"<span class="xs f blk">by node \#(name), since \#(.moment(since))</span>"# }
}
