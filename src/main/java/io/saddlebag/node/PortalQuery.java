package io.saddlebag.node;

import java.util.List;

/**
 * Which iSCSI portals are asked for drives and libraries (M18).
 *
 * @param portals {@code host:port}, also behind {@code iscsi://}
 */
public record PortalQuery(List<String> portals) {
    /** None. */
    public static final PortalQuery NONE = new PortalQuery(List.of());

    public PortalQuery {
        portals = List.copyOf(portals);
    }
}
