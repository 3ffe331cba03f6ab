package io.saddlebag.scsi.iscsi;

import java.util.List;

/**
 * A target as a portal names it (SendTargets, RFC 7143, appendix C).
 *
 * @param name e.g. {@code iqn.2026-01.example:vtl}
 * @param portals where it is reached, in the portal's order; empty when only where it was heard of
 */
public record IscsiTarget(String name, List<IscsiPortal> portals) {
    public IscsiTarget {
        portals = List.copyOf(portals);
    }
}
