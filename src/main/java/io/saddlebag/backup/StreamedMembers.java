package io.saddlebag.backup;

import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.database.StreamedCopy;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileStatus;
import io.saddlebag.host.HostFiles;
import io.saddlebag.image.Content;
import io.saddlebag.image.ImageListener;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.ImageSummary;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.MemberWarning;
import io.saddlebag.image.Owner;
import io.saddlebag.image.WrittenMember;
import io.saddlebag.posix.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a server sends of itself: the components' folders, what comes on the connection, the end of backup mode when all of that has
 * been read, and parameter files, which it doesn't send. Read once, in one lane.
 */
final class StreamedMembers implements SourceMembers {
    private final OnlineMode mode;
    private final StreamedCopy copy;
    private final HostFiles files;
    private final FileFacts facts;
    private final StreamedCopy.Waiting waiting;
    private final AtomicBoolean read = new AtomicBoolean();
    private final Map<String, String> late = new ConcurrentHashMap<>();

    /**
     * @param mode that the copy holds
     * @param files of this machine, where owners have their numbers and names
     * @param waiting called while nothing comes
     */
    StreamedMembers(OnlineMode mode, StreamedCopy copy, HostFiles files, StreamedCopy.Waiting waiting) {
        this.mode = mode;
        this.copy = copy;
        this.files = files;
        this.facts = new FileFacts(files);
        this.waiting = waiting;
    }

    /** Known when it was read to its end. */
    Map<String, String> lateFacts() {
        return Map.copyOf(late);
    }

    @Override
    public ImageSource all() {
        if (read.getAndSet(true)) {
            return () -> {
                throw new BackupException(
                        BackupFault.SOURCE_RUNS,
                        "the server has sent its copy once already",
                        "Write the image once only, or use a provider that takes real snapshots (btrfs, reflink, freeze).");
            };
        }
        return new Sending();
    }

    @Override
    public LaneShares deal(int lanes) {
        ImageSource whole = all();
        return lane -> lane == 0 ? whole : () -> null;
    }

    @Override
    public CatalogFiller.Damage damage() {
        return CatalogFiller.Damage.IS_FATAL;
    }

    @Override
    public ImageListener heard(ImageListener listener) {
        return new ImageListener() {
            @Override
            public void written(WrittenMember member) throws IOException {
                if (member.member().content() instanceof Sent) {
                    copy.taken(member);
                }
                listener.written(member);
            }

            @Override
            public void warning(MemberWarning warning) throws IOException {
                listener.warning(warning);
            }

            @Override
            public void finished(ImageSummary summary) throws IOException {
                listener.finished(summary);
            }
        };
    }

    /** What came on the connection. */
    private record Sent(Content content) implements Content {
        @Override
        public InputStream open() throws IOException {
            return content.open();
        }
    }

    private final class Sending implements ImageSource {
        private final Iterator<DatabaseComponent> folders = copy.components().stream()
                .filter(part -> part.kind() != Kind.PARAMETERS)
                .iterator();
        private final ImageSource sent = copy.objects(waiting);
        private final Map<List<Long>, Owner> owners = new HashMap<>();
        private @Nullable Owner usual;
        private @Nullable FileTree parameters;

        @Override
        public @Nullable ImageMember next() throws IOException {
            if (folders.hasNext()) {
                return folder(folders.next().path());
            }
            FileTree rest = parameters;
            if (rest != null) {
                return rest.next();
            }
            ImageMember member = sent.next();
            if (member != null) {
                return owned(member);
            }
            end();
            FileTree tree = new FileTree(files, parameterFiles());
            parameters = tree;
            return tree.next();
        }

        private ImageMember folder(Path path) throws IOException {
            MemberAttributes attributes = facts.attributes(path, files.status(path), Fingerprints.NONE);
            usual = usual == null ? attributes.owner() : usual;
            return ImageMember.directory(ImageMember.pathOf(RawPath.bytes(path)), attributes);
        }

        private ImageMember owned(ImageMember member) throws IOException {
            MemberAttributes sentAs = member.attributes();
            MemberAttributes attributes = MemberAttributes.of(sentAs.mode(), owner(member), sentAs.times());
            boolean file = member.type() == MemberType.FILE;
            return new ImageMember(
                    member.path(),
                    member.type(),
                    attributes,
                    member.size(),
                    member.link(),
                    member.device(),
                    member.sparse(),
                    file ? new Sent(member.content()) : member.content());
        }

        /** The server may see its files under other numbers, in a name space of users: what this machine says of the first file counts. */
        private Owner owner(ImageMember member) throws IOException {
            Owner seen = member.attributes().owner();
            List<Long> key = List.of(seen.uid(), seen.gid());
            Owner known = owners.get(key);
            if (known != null) {
                return known;
            }
            Optional<FileStatus> here = files.find(path(member));
            if (here.isEmpty()) {
                // the data directory's; a server insists on owning that
                return usual == null ? seen : usual;
            }
            var owner = here.get().owner();
            Owner own = new Owner(
                    Integer.toUnsignedLong(owner.uid()),
                    Integer.toUnsignedLong(owner.gid()),
                    owner.user(),
                    owner.group());
            owners.put(key, own);
            return own;
        }

        private static Path path(ImageMember member) {
            byte[] below = member.path().toBytes();
            byte[] path = new byte[below.length + 1];
            path[0] = '/';
            System.arraycopy(below, 0, path, 1, below.length);
            return RawPath.of(path);
        }

        private void end() throws IOException {
            try {
                late.putAll(mode.end().facts());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException stopped = new InterruptedIOException("interrupted at the end of the copy");
                stopped.initCause(e);
                throw stopped;
            }
        }

        private List<FileTree.Root> parameterFiles() {
            return copy.components().stream()
                    .filter(part -> part.kind() == Kind.PARAMETERS)
                    .map(part -> new FileTree.Root(part.path(), part.path(), Set.of(), Set.of(), null))
                    .toList();
        }

        @Override
        public void close() throws IOException {
            sent.close();
        }
    }
}
