package io.saddlebag.restore;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.host.FileKind;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.MemberSink;
import io.saddlebag.image.MemberType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Leaves files alone that are in their places as they were backed up, by what can be told without reading them: length, time of
 * change of the content, rights, and owner where that can be set (R6). A file gets that time only when its content is whole, so that one that a
 * dead restore left has it only then. Thread-safe.
 */
final class InPlace {
    private final HostFiles files;
    private final Placement placement;
    private final RestoreServices.Privilege privilege;
    private final AtomicLong left = new AtomicLong();

    InPlace(HostFiles files, Placement placement, RestoreServices.Privilege privilege) {
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
        return place != null && (isAt(place, facts) || isAt(renamed(place), facts));
    }

    private Path renamed(Path place) {
        return place.resolveSibling(place.getFileName() + placement.suffix());
    }

    /**
     * Whether all that an image gives to a state is in place, so that it needn't be read. Objects that can't be told from others
     * without reading aren't.
     */
    boolean holdsAll(Catalog catalog, RestorePlan.Step step) throws IOException {
        NewestObjects newest = NewestObjects.of(catalog, step);
        try {
            catalog.objects(step.backup().id(), "", object -> {
                if (newest.isFromHere(object.path()) && !isInPlace(object)) {
                    throw new Absent();
                }
            });
            return true;
        } catch (Absent e) {
            return false;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private boolean isInPlace(ObjectEntry object) {
        try {
            Path place = placement.of(object.path());
            if (place == null) {
                return true;
            }
            Facts facts = new Facts(object.size(), object.modified(), object.mode(), object.uid(), object.gid());
            FileStatus there = files.find(place).orElse(null);
            return there != null
                    && switch (object.type()) {
                        case 'f' -> isAt(place, facts);
                        case 'd' -> there.is(FileKind.FOLDER) && facts.hasRightsOf(there, privilege);
                        case 'l' ->
                            there.is(FileKind.LINK)
                                    && String.valueOf(there.linkTarget()).equals(object.linkTarget());
                        default -> false;
                    };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** The rest of millions of objects needn't be looked at. */
    private static final class Absent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Absent() {
            super("an object is not in place", null, false, false);
        }
    }
}
