package io.saddlebag.increment;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** What files of a server's data directory say of an incremental backup, and has to go when it is put together with those below. Pure. */
public final class IncrementalCluster {
    /** Says where the server's recovery begins; with the lines of its parent the server refuses to start. */
    public static final String LABEL = "backup_label";

    /** Lists the files of a backup as they were handed over: of what is put together it would be wrong. */
    public static final String MANIFEST = "backup_manifest";

    /** How incremental images of databases are made that can be put together. */
    public static final String STREAMED = "stream";

    private static final String METHOD = "method";
    private static final String OF_PARENT = "INCREMENTAL FROM ";

    private IncrementalCluster() {}

    /** Whether a backup on top of another one has files that can be put on top of the other's. */
    public static boolean canBeCombined(Map<String, String> facts) {
        return STREAMED.equals(facts.get(METHOD));
    }

    /** A label without what it says of a parent; the same bytes when it says nothing. */
    public static byte[] withoutParent(byte[] label) {
        // one character a byte: names in it may be in any encoding
        String text = new String(label, StandardCharsets.ISO_8859_1);
        if (text.lines().noneMatch(line -> line.startsWith(OF_PARENT))) {
            return label;
        }
        return text.lines()
                .filter(line -> !line.startsWith(OF_PARENT))
                .map(line -> line + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
