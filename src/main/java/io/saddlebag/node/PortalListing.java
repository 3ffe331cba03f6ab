package io.saddlebag.node;

import java.util.List;
import java.util.Locale;

/** What iSCSI portals offer, for people: comment lines that may stand above a {@link DeviceSnippet}. */
public final class PortalListing {
    private static final String ISCSI = "iscsi: ";

    private PortalListing() {}

    /** Empty when nothing was found behind a portal. */
    public static String of(List<FoundDevice> found) {
        StringBuilder text = new StringBuilder();
        for (FoundDevice each : found) {
            String kind = each.kind() == FoundDevice.Kind.OTHER
                    ? "other"
                    : each.kind().name().toLowerCase(Locale.ROOT);
            for (String attachment : each.attachments()) {
                if (attachment.startsWith(ISCSI)) {
                    text.append("# ")
                            .append(address(attachment))
                            .append("  ")
                            .append(kind)
                            .append("  ")
                            .append(each.model())
                            .append(each.serial().isEmpty() ? "" : "  serial " + each.serial())
                            .append('\n');
                }
            }
            for (FoundDevice.Place place : each.drives()) {
                text.append("#   ")
                        .append(place.element())
                        .append("  ")
                        .append(told(place))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String address(String attachment) {
        return attachment.substring(ISCSI.length()).replace("\"", "");
    }

    private static String told(FoundDevice.Place place) {
        if (place.told().isEmpty()) {
            return "the library doesn't tell which drive this is";
        }
        return place.told().replaceAll("\\s+", " ")
                + (place.serial().isEmpty() ? "  (none of those found, or cut short)" : "");
    }
}
