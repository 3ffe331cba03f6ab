package io.saddlebag.snapshot.vss;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shadow copies in what {@code diskshadow} prints after {@code create} and {@code list shadows}. Its words are those of the
 * machine's language, so only marks count: stars and hyphens at the begin of a line, GUIDs, {@code %aliases%}, device names.
 *
 * @param copies in the order of the listing
 * @param counted the number of copies that the last listing says it has; empty when it doesn't say
 */
record ShadowListing(List<ShadowCopy> copies, OptionalInt counted) {
    private static final String GUID_TEXT =
            "(\\{[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\\})";

    /** {@code * Shadow copy ID = {..} %SBG_0%}. */
    private static final Pattern COPY = Pattern.compile("= ?" + GUID_TEXT + "(?:\\s*%(\\w{1,64})%)?$");

    /** {@code - Shadow copy set: {..} %VSS_SHADOW_SET%}. */
    private static final Pattern SET = Pattern.compile("[:：] ?" + GUID_TEXT + "(?:\\s*%\\w{1,64}%)?$");

    /** {@code - Original volume name: \\?\Volume{..}\ [C:\]}. */
    private static final Pattern VOLUME =
            Pattern.compile("\\\\\\\\\\?\\\\Volume" + GUID_TEXT + "\\\\ \\[([^\\]]{1,300})\\]$");

    private static final Pattern DEVICE =
            Pattern.compile("(\\\\\\\\\\?\\\\GLOBALROOT\\\\Device\\\\HarddiskVolumeShadowCopy\\d{1,9})$");

    /** {@code Number of shadow copies listed: 1}. */
    private static final Pattern COUNT = Pattern.compile("[:：] ?(\\d{1,6})$");

    ShadowListing {
        copies = List.copyOf(copies);
    }

    /**
     * @param id with braces, in lower case
     * @param alias empty when it has none
     * @param set likewise with braces
     * @param volume as people know it, {@code C:\}; empty when it is not on this machine
     */
    record ShadowCopy(String id, String alias, String set, String volume, String device) {}

    static ShadowListing parse(List<String> lines) {
        List<ShadowCopy> copies = new ArrayList<>();
        OptionalInt counted = OptionalInt.empty();
        Reading reading = new Reading();
        for (String each : lines) {
            String line = each.strip();
            Matcher copy = COPY.matcher(line);
            Matcher count = COUNT.matcher(line);
            if (line.startsWith("* ")) {
                reading.finish(copies);
                reading = new Reading();
                if (copy.find()) {
                    reading.id = copy.group(1).toLowerCase(Locale.ROOT);
                    reading.alias = copy.group(2) == null ? "" : copy.group(2);
                }
            } else if (line.startsWith("- ")) {
                reading.take(line);
            } else if (reading.begun() && count.find()) {
                reading.finish(copies);
                reading = new Reading();
                counted = OptionalInt.of(Integer.parseInt(count.group(1)));
            }
        }
        reading.finish(copies);
        return new ShadowListing(copies, counted);
    }

    List<ShadowCopy> ofSet(String set) {
        return copies.stream().filter(copy -> copy.set().equalsIgnoreCase(set)).toList();
    }

    /** One copy while its lines come. */
    private static final class Reading {
        private String id = "";
        private String alias = "";
        private String set = "";
        private String volume = "";
        private String device = "";

        boolean begun() {
            return !id.isEmpty();
        }

        void take(String line) {
            Matcher setLine = SET.matcher(line);
            Matcher volumeLine = VOLUME.matcher(line);
            Matcher deviceLine = DEVICE.matcher(line);
            if (volumeLine.find()) {
                volume = volumeLine.group(2);
            } else if (deviceLine.find()) {
                device = deviceLine.group(1);
            } else if (set.isEmpty() && setLine.find()) {
                // the first of two: the other is the provider's
                set = setLine.group(1).toLowerCase(Locale.ROOT);
            }
        }

        void finish(List<ShadowCopy> copies) {
            if (begun() && !set.isEmpty()) {
                copies.add(new ShadowCopy(id, alias, set, volume, device));
            }
        }
    }
}
