package io.saddlebag.qcow2;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.disk.MemoryDisk;
import io.saddlebag.disk.ReadableDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small disks and their images. A disk is drawn: a letter fills a cluster, a dot is one that isn't used. */
final class Images {
    static final int CLUSTER = ClusterSet.CLUSTER_BYTES;

    private Images() {}

    static byte[] disk(String drawing) {
        byte[] bytes = new byte[drawing.length() * CLUSTER];
        for (int i = 0; i < bytes.length; i++) {
            char letter = drawing.charAt(i / CLUSTER);
            // not the same in each place, so that what is moved shows
            bytes[i] = letter == '.' || letter == '0' ? 0 : (byte) (letter + i % 251);
        }
        return bytes;
    }

    static ClusterSet set(String drawing, char letter) {
        ClusterSet set = ClusterSet.none((long) drawing.length() * CLUSTER);
        for (int i = 0; i < drawing.length(); i++) {
            if (letter == '*' ? Character.isAlphabetic(drawing.charAt(i)) : drawing.charAt(i) == letter) {
                set.add(i);
            }
        }
        return set;
    }

    /** Letters are data, 0 is a cluster of zeros, a dot is in the backing file. */
    static Qcow2Layout layout(String drawing, @Nullable String backing) {
        return new Qcow2Layout((long) drawing.length() * CLUSTER, set(drawing, '*'), set(drawing, '0'), backing);
    }

    static byte[] image(String drawing, @Nullable String backing) throws IOException {
        return image(layout(drawing, backing), new MemoryDisk(disk(drawing)), 100_000);
    }

    /** @param piece bytes asked for at once */
    static byte[] image(Qcow2Layout layout, ReadableDisk disk, int piece) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(piece);
        try (Qcow2Writer writer = new Qcow2Writer(layout, disk)) {
            while (writer.read(buffer.clear()) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
            }
        }
        return out.toByteArray();
    }

    static Qcow2Chain.ImageFolder folder(Map<String, byte[]> files) {
        return name -> {
            byte[] bytes = files.get(name);
            if (bytes == null) {
                throw new NoSuchFileException(name);
            }
            return new MemoryDisk(bytes);
        };
    }

    static Qcow2Chain.ImageFolder folder(Path folder) {
        return name -> new MemoryDisk(Files.readAllBytes(folder.resolve(name)));
    }

    static byte[] readAll(ReadableDisk disk) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(disk.sizeBytes()));
        disk.read(0, all);
        return all.array();
    }
}
