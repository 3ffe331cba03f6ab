package io.saddlebag.backup;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.Owner;
import io.saddlebag.image.SparseMap;
import io.saddlebag.posix.DataRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is stored of a file beside its content, as far as whoever reads it may know it. */
final class FileFacts {
    /** In a shorter file a hole saves nothing worth a look. */
    private static final int SMALLEST_SPARSE = 64 << 10;
    /** Of one file; a hole behind so many pieces is taken for data. */
    private static final int MOST_PIECES = 10_000;
    /** XFS shows the access control lists once more under these names. */
    private static final String COPIED_ACL = "trusted.SGI_ACL_";

    private final HostFiles files;

    FileFacts(HostFiles files) {
        this.files = files;
    }

    /** Null for a file without holes. */
    @Nullable
    SparseMap sparse(Path frozen, long size) throws IOException {
        if (size < SMALLEST_SPARSE) {
            return null;
        }
        List<SparseMap.Piece> pieces = dataRanges(frozen, size).stream()
                .filter(range -> range.offsetBytes() < size)
                .map(range -> new SparseMap.Piece(
                        range.offsetBytes(), Math.min(range.lengthBytes(), size - range.offsetBytes())))
                .toList();
        SparseMap map = SparseMap.of(pieces, size);
        return map.dataBytes() == size ? null : map;
    }

    /** Holes that can't be told from data are read as what they are, zero bytes; a file that can't be read shows then. */
    private List<DataRange> dataRanges(Path frozen, long size) throws IOException {
        try {
            return files.dataRanges(frozen, MOST_PIECES);
        } catch (BackupException e) {
            if (!FileContents.isOfOneFile(e)) {
                throw e;
            }
            return List.of(new DataRange(0, size));
        }
    }

    MemberAttributes attributes(Path frozen, FileStatus status, Fingerprints.Fingerprint print) throws IOException {
        List<String> unread = new ArrayList<>();
        var owner = status.owner();
        boolean hasFlags = status.is(FileKind.REGULAR) || status.is(FileKind.FOLDER);
        Set<FileFlag> flags = hasFlags ? readable(() -> files.flags(frozen), Set.<FileFlag>of(), unread) : Set.of();
        Map<String, ByteString> xattrs = new HashMap<>();
        readable(() -> files.attributes(frozen), Map.<String, byte[]>of(), unread)
                .forEach((name, value) -> {
                    if (!name.startsWith(COPIED_ACL)) {
                        xattrs.put(name, ByteString.copyOf(value));
                    }
                });
        if (!MemberAttributes.fit(xattrs)) {
            xattrs.clear();
            unread.add("they are more than " + MemberAttributes.MAX_XATTR_BYTES + " bytes");
        }
        return new MemberAttributes(
                status.mode(),
                new Owner(
                        Integer.toUnsignedLong(owner.uid()),
                        Integer.toUnsignedLong(owner.gid()),
                        owner.user(),
                        owner.group()),
                new MemberTimes(status.times().modified(), status.times().accessed(), print.reliableChange()),
                xattrs,
                flags.stream().map(FileFlag::word).collect(Collectors.toUnmodifiableSet()),
                print.inode(),
                unread.isEmpty() ? null : "stored without all of its attributes: " + String.join("; ", unread));
    }

    private static <T> T readable(Reading<T> reading, T otherwise, List<String> unread) throws IOException {
        try {
            return reading.read();
        } catch (BackupException e) {
            if (!FileContents.isOfOneFile(e)) {
                throw e;
            }
            unread.add(e.what());
            return otherwise;
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }
}
