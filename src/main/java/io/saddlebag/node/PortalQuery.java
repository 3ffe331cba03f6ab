package io.saddlebag.node;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which iSCSI portals are asked for drives and libraries (M18).
 *
 * @param portals {@code host:port}, also behind {@code iscsi://}
 * @param user whom they ask for; null for nobody
 */
public record PortalQuery(List<String> portals, @Nullable PortalUser user) {
    /** None. */
    public static final PortalQuery NONE = new PortalQuery(List.of(), null);

    public PortalQuery {
        portals = List.copyOf(portals);
    }
}
