package io.saddlebag.backup;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
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
        List<SparseMap.Piece> pieces =
                readable(() -> files.dataRanges(frozen, MOST_PIECES), List.<DataRange>of(new DataRange(0, size)))
                        .stream()
                        .filter(range -> range.offsetBytes() < size)
                        .map(range -> new SparseMap.Piece(
                                range.offsetBytes(), Math.min(range.lengthBytes(), size - range.offsetBytes())))
                        .toList();
        SparseMap map = SparseMap.of(pieces, size);
        return map.dataBytes() == size ? null : map;
    }

    MemberAttributes attributes(Path frozen, FileStatus status, Fingerprints.Fingerprint print) throws IOException {
        var owner = status.owner();
        boolean hasFlags = status.is(FileKind.REGULAR) || status.is(FileKind.FOLDER);
        Set<FileFlag> flags = hasFlags ? readable(() -> files.flags(frozen), Set.<FileFlag>of()) : Set.of();
        Map<String, ByteString> xattrs = new HashMap<>();
        readable(() -> files.attributes(frozen), Map.<String, byte[]>of()).forEach((name, value) -> {
            if (!name.startsWith(COPIED_ACL)) {
                xattrs.put(name, ByteString.copyOf(value));
            }
        });
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
                print.inode());
    }

    /** What can't be read without rights, or is gone, is told of when the file itself is opened. */
    private static <T> T readable(Reading<T> reading, T otherwise) throws IOException {
        try {
            return reading.read();
        } catch (BackupException e) {
            if (e.is(FileFault.PERMISSION) || e.is(FileFault.VANISHED) || e.is(FileFault.WRONG_TYPE)) {
                return otherwise;
            }
            throw e;
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }
}
