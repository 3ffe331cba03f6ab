package io.saddlebag.restore;

import io.saddlebag.host.FileFlag;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.MemberType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Leaves files alone that are in their places as they were backed up, by what can be told without reading them: length, time of
 * change of the content, rights, attributes, and owner where that can be set (R6). A file gets that time only when its content is whole, so that one that a
 * dead restore left has it only then. Thread-safe.
 */
final class InPlace {
    private final HostFiles files;
    private final Placement placement;
    private final RestoreServices.Privilege privilege;
    private final RestoreRequest.Existing existing;
    private final AtomicLong left = new AtomicLong();

    InPlace(
            HostFiles files,
            Placement placement,
            RestoreServices.Privilege privilege,
            RestoreRequest.Existing existing) {
        this.existing = existing;
        this.files = files;
        this.placement = placement;
        this.privilege = privilege;
    }

    /** How many files were left alone. */
    long left() {
        return left.get();
    }

    /** Hands on what isn't in place. */
    MemberSink without(MemberSink sink) {
        return member -> {
            if (member.member().type() == MemberType.FILE && isInPlace(member.member())) {
                left.incrementAndGet();
            } else {
                sink.accept(member);
            }
        };
    }

    private boolean isInPlace(ImageMember member) throws IOException {
        Path place = placement.of(member);
        Facts facts = new Facts(
                member.size(),
                member.attributes().times().modified(),
                member.attributes().mode(),
                member.attributes().owner().uid(),
                member.attributes().owner().gid());
        if (place == null) {
            return false;
        }
        return (isAt(place, facts) && hasAttributesOf(place, member))
                || (isBeside(place, facts) && hasAttributesOf(renamed(place), member));
    }

    /** Where the restored one gets another name it may have it already; otherwise such a file is somebody's own. */
    private boolean isBeside(Path place, Facts facts) throws IOException {
        return existing == RestoreRequest.Existing.RENAME && isAt(renamed(place), facts);
    }

    /** What may make a file readable or executable for somebody is not told by its time. */
    private boolean hasAttributesOf(Path place, ImageMember member) throws IOException {
        Map<String, ByteString> there = new HashMap<>();
        files.attributes(place).forEach((name, value) -> there.put(name, ByteString.copyOf(value)));
        Set<String> flags = files.flags(place).stream().map(FileFlag::word).collect(Collectors.toUnmodifiableSet());
        MemberAttributes recorded = member.attributes();
        return there.equals(recorded.xattrs()) && flags.equals(recorded.flags());
    }

    private Path renamed(Path place) {
        return place.resolveSibling(place.getFileName() + placement.suffix());
    }

    private boolean isAt(Path place, Facts facts) throws IOException {
        FileStatus there = files.find(place).orElse(null);
        return there != null
                && there.is(FileKind.REGULAR)
                && there.sizeBytes() == facts.bytes
                && there.times().modified().equals(facts.modified)
                && facts.hasRightsOf(there, privilege);
    }

    private record Facts(long bytes, Instant modified, int mode, long uid, long gid) {
        boolean hasRightsOf(FileStatus there, RestoreServices.Privilege privilege) {
            return there.mode() == mode
                    && (privilege == RestoreServices.Privilege.KEEPS_OWN
                            || (there.owner().uid() == uid && there.owner().gid() == gid));
        }
    }
}
