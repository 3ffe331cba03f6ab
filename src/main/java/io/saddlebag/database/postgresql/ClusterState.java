package io.saddlebag.database.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** How the last server left the data directory, by its own control file. */
enum ClusterState {
    SHUT_DOWN,
    /** The files need recovery before they are consistent. */
    NEEDS_RECOVERY,
    /** Neither {@code pg_controldata} nor a known control file version tells. */
    CANNOT_TELL;

    private static final int READ_BYTES = 24;
    private static final int VERSION_AT_BYTE = 8;
    private static final int STATE_AT_BYTE = 16;
    /** {@code pg_control_version} of PostgreSQL 10, 11, 12, 13 to 17, 18; the first fields are alike in them. */
    private static final Set<Integer> KNOWN_VERSIONS = Set.of(1002, 1100, 1201, 1300, 1800);
    /** {@code DB_SHUTDOWNED} and {@code DB_SHUTDOWNED_IN_RECOVERY} (a standby) of {@code pg_control.h}. */
    private static final Set<Integer> CLEAN_STATES = Set.of(1, 2);

    private static final String LABEL = "Database cluster state:";

    /** Reads {@code global/pg_control}: identifier u64, version u32, catalog version u32, state u32, host byte order. */
    static ClusterState ofControlFile(Path dataDirectory) {
        byte[] head;
        try (InputStream in = Files.newInputStream(dataDirectory.resolve("global/pg_control"))) {
            head = in.readNBytes(READ_BYTES);
        } catch (IOException unreadable) {
            return CANNOT_TELL;
        }
        ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.nativeOrder());
        if (head.length < READ_BYTES || !KNOWN_VERSIONS.contains(fields.getInt(VERSION_AT_BYTE))) {
            return CANNOT_TELL;
        }
        return CLEAN_STATES.contains(fields.getInt(STATE_AT_BYTE)) ? SHUT_DOWN : NEEDS_RECOVERY;
    }

    /** Reads what {@code pg_controldata} printed in the C locale. */
    static ClusterState ofReport(List<String> lines) {
        for (String line : lines) {
            if (line.startsWith(LABEL)) {
                String state = line.substring(LABEL.length()).strip();
                return state.equals("shut down") || state.equals("shut down in recovery") ? SHUT_DOWN : NEEDS_RECOVERY;
            }
        }
        return CANNOT_TELL;
    }
}
