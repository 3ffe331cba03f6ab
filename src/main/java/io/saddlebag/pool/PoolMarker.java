package io.saddlebag.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.pool.PoolStore.Expected;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Says that a folder is a pool, and which one. A disk that isn't mounted leaves an empty folder behind, and nothing may be
 * concluded from that.
 */
final class PoolMarker {
    static final String FILE = ".saddlebag-pool.json";

    private static final String FORMAT = "saddlebag-pool";
    private static final int LONGEST_BYTES = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What may be in a folder that becomes a pool: traces of an earlier try, and what file systems put there. */
    private static final Set<String> HARMLESS = Set.of(".incoming", ".writers", "lost+found");

    private final HostFiles files;
    private final Path root;
    private final String pool;
    private final Incoming incoming;

    PoolMarker(HostFiles files, Path root, String pool, Incoming incoming) {
        this.files = files;
        this.root = root;
        this.pool = pool;
        this.incoming = incoming;
    }

    void require(Expected expected) throws IOException {
        if (files.exists(root.resolve(FILE))) {
            requireOurs();
        } else if (expected == Expected.IMAGES) {
            throw new BackupException(
                    PoolFault.NOT_A_POOL,
                    "folder " + root + " is not pool " + pool + ", where the catalog has images: it holds no " + FILE,
                    "Mount the pool's disk, or correct the folder in the configuration.");
        } else {
            make();
        }
    }

    private void requireOurs() throws IOException {
        String found;
        try (InputStream in = Channels.newInputStream(files.openRead(root.resolve(FILE)))) {
            found = poolNamedIn(in.readNBytes(LONGEST_BYTES));
        } catch (BackupException e) {
            throw e;
        } catch (IOException e) {
            found = "";
        }
        if (!found.equals(pool)) {
            throw new BackupException(
                    PoolFault.NOT_A_POOL,
                    "folder " + root + " is " + (found.isEmpty() ? "no pool that can be read" : "pool " + found)
                            + ", and the configuration says that it is pool " + pool,
                    "Mount the right disk, or correct the configuration.");
        }
    }

    /** Which pool a marker says that its folder is; empty when it is no marker. */
    static String poolNamedIn(byte[] marker) {
        try {
            JsonNode json = JSON.readTree(marker);
            boolean ours = json != null && FORMAT.equals(json.path("format").asText());
            return ours ? json.path("pool").asText() : "";
        } catch (IOException e) {
            return "";
        }
    }

    static byte[] text(String pool) {
        return (JSON.createObjectNode().put("format", FORMAT).put("version", 1).put("pool", pool) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void make() throws IOException {
        makeFolders(root);
        List<Path> there = files.list(root);
        for (Path each : there) {
            if (!HARMLESS.contains(String.valueOf(each.getFileName()))) {
                throw new BackupException(
                        PoolFault.NOT_A_POOL,
                        "folder " + root + " holds " + each.getFileName() + " and no " + FILE
                                + ", so it does not become pool " + pool,
                        "Choose an empty folder, or one that does not exist yet.");
            }
        }
        incoming.removeLeftovers();
        Path folder = incoming.begin();
        try {
            write(folder.resolve(FILE));
            files.rename(folder.resolve(FILE), root.resolve(FILE));
            files.syncFolder(root);
        } catch (BackupException e) {
            if (!e.is(FileFault.EXISTS)) {
                throw e;
            }
            // another process was first; it is asked now what it made
            requireOurs();
        } finally {
            incoming.removeFolder(folder);
        }
    }

    private void write(Path file) throws IOException {
        try (NewFile marker = files.create(file)) {
            ByteBuffer bytes = ByteBuffer.wrap(text(pool));
            while (bytes.hasRemaining()) {
                marker.channel().write(bytes);
            }
            marker.publish();
        }
    }

    private void makeFolders(Path folder) throws IOException {
        if (files.exists(folder)) {
            return;
        }
        Path parent = FolderStore.parent(folder);
        makeFolders(parent);
        try {
            files.makeFolder(folder);
        } catch (BackupException e) {
            if (!e.is(FileFault.EXISTS)) {
                throw e;
            }
        }
        files.syncFolder(parent);
    }
}
