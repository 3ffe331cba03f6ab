package io.saddlebag.database.postgresql;

import io.saddlebag.image.ByteString;
import io.saddlebag.image.ImageException;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.TarMembers;
import io.saddlebag.image.WrittenMember;
import io.saddlebag.posix.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tars of a copy as objects under the names that they have on the source, and its manifest as the last, once all that came is
 * what it lists.
 */
final class SentObjects implements ImageSource {
    private static final int LINK_MODE = 0777;
    private static final int MANIFEST_MODE = 0600;

    private final BaseBackup backup;
    private final SentPlaces places;
    private final BackupManifest manifest;
    private final String system;
    private final Deque<ImageMember> links = new ArrayDeque<>();
    private @Nullable TarMembers tar;
    private SentPlaces.@Nullable Place place;
    /** The tar that is read; the next one may have been announced. */
    private String from = "";

    private ByteString last = ByteString.of("");
    private byte[] lastInManifest = {};
    /** Of a small file in the data directory. */
    private @Nullable MemberAttributes usual;

    private boolean manifestCame;
    private boolean over;

    /** @param system the server's own identifier */
    SentObjects(BaseBackup backup, SentPlaces places, BackupManifest manifest, String system) {
        this.backup = backup;
        this.places = places;
        this.manifest = manifest;
        this.system = system;
    }

    /** Whether all of it was handed over, and the server says that it is good. */
    boolean isOver() {
        return over;
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        ImageMember link = links.poll();
        if (link != null) {
            return link;
        }
        while (true) {
            ImageMember member = nextOfTar();
            if (member != null) {
                return placed(member);
            }
            tar = null;
            switch (backup.next()) {
                case TAR -> {
                    from = backup.name();
                    place = places.tar(from);
                    tar = new TarMembers(backup.part());
                }
                case MANIFEST -> {
                    return manifest();
                }
                case END -> {
                    if (!manifestCame) {
                        throw backup.notAsSent("there is no manifest");
                    }
                    over = true;
                    return null;
                }
            }
        }
    }

    private @Nullable ImageMember nextOfTar() throws IOException {
        try {
            return tar == null ? null : tar.next();
        } catch (ImageException e) {
            throw backup.notAsSent(from + ": " + e.what());
        }
    }

    private ImageMember placed(ImageMember member) throws IOException {
        SentPlaces.Place of = Objects.requireNonNull(place);
        byte[] name = member.path().toBytes();
        boolean folder = member.type() == MemberType.DIRECTORY;
        if ((!folder && member.type() != MemberType.FILE) || member.path().equals(ImageMember.ROOT)) {
            throw backup.notAsSent(from + " has " + member.path() + ", a " + member.type());
        }
        boolean ofData = of.manifest().isEmpty();
        if (!folder && ofData && usual == null) {
            usual = member.attributes();
        }
        if (folder && ofData && is(name, TablespaceLinks.FOLDER)) {
            addLinks(of.folder(), member.attributes());
        }
        Path journal = ofData ? places.journal() : null;
        byte[] at = RawPath.bytes(of.folder());
        byte[] below = name;
        if (journal != null && folder && is(name, SentPlaces.JOURNALS)) {
            ByteString target = ByteString.copyOf(RawPath.bytes(places.journalLink()));
            return ImageMember.symbolicLink(path(at, name), with(member.attributes(), LINK_MODE), target);
        }
        if (journal != null && startsWith(name, SentPlaces.JOURNALS + "/")) {
            at = RawPath.bytes(journal);
            below = Arrays.copyOfRange(name, SentPlaces.JOURNALS.length() + 1, name.length);
        }
        ByteString path = path(at, below);
        if (folder) {
            return ImageMember.directory(path, member.attributes());
        }
        last = path;
        lastInManifest = joined(of.manifest().getBytes(StandardCharsets.US_ASCII), name);
        return ImageMember.file(path, member.attributes(), member.size(), member.content());
    }

    /** The server leaves them out, since it makes them anew from its map; a copy that is looked at is whole with them. */
    private void addLinks(Path data, MemberAttributes like) {
        for (SentPlaces.Link each : places.links()) {
            byte[] at = RawPath.bytes(data.resolve(TablespaceLinks.FOLDER));
            links.add(ImageMember.symbolicLink(
                    path(at, each.name().getBytes(StandardCharsets.US_ASCII)),
                    with(like, LINK_MODE),
                    ByteString.of(each.target())));
        }
    }

    private ImageMember manifest() throws IOException {
        if (manifestCame) {
            throw backup.notAsSent("there are two manifests");
        }
        manifestCame = true;
        places.requireAll();
        manifest.take(backup.part());
        String fault = manifest.fault(system);
        if (fault != null) {
            throw backup.notAsSent(fault);
        }
        SentPlaces.Place data = Objects.requireNonNull(place);
        return ImageMember.file(
                path(RawPath.bytes(data.folder()), BackupManifest.FILE_NAME.getBytes(StandardCharsets.US_ASCII)),
                with(Objects.requireNonNull(usual), MANIFEST_MODE),
                manifest.bytes(),
                manifest::input);
    }

    /** A file that was handed over was taken whole. */
    void taken(WrittenMember file) throws IOException {
        if (file.member().path().equals(last)) {
            manifest.came(lastInManifest, file.member().size(), Objects.requireNonNull(file.sha256()));
        } else if (!manifestCame) {
            throw new IllegalStateException(file.member().path() + " was taken, and " + last + " was handed over");
        }
    }

    private static MemberAttributes with(MemberAttributes like, int mode) {
        return MemberAttributes.of(mode, like.owner(), like.times());
    }

    private static ByteString path(byte[] folder, byte[] name) {
        return ImageMember.pathOf(joined(joined(folder, new byte[] {'/'}), name));
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static boolean is(byte[] name, String ascii) {
        return Arrays.equals(name, ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean startsWith(byte[] name, String ascii) {
        byte[] beginning = ascii.getBytes(StandardCharsets.US_ASCII);
        return name.length > beginning.length
                && Arrays.equals(name, 0, beginning.length, beginning, 0, beginning.length);
    }

    @Override
    public void close() {
        // the connection is its mode's
    }
}
