package io.saddlebag.ext;

import io.saddlebag.host.FileFlag;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.DeviceNumber;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.ImageSource;
import io.saddlebag.image.MemberAttributes;
import io.saddlebag.image.MemberTimes;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.Owner;
import io.saddlebag.image.SparseMap;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A file or a folder with all below it, as the objects of an image. Memory: the names of the folders on the way down. */
public final class ExtTree implements ImageSource {
    private static final int MAX_DEPTH = 4096;

    private final Deque<Iterator<Place>> folders = new ArrayDeque<>();
    private final Map<Long, ByteString> named = new HashMap<>();
    private final Set<Long> above = new HashSet<>();
    private final Deque<Long> way = new ArrayDeque<>();

    private record Place(ByteString path, FileOf file) {}

    private interface FileOf {
        ExtFile read() throws IOException;
    }

    /** @param path of the file, from the root of the file system, without a slash before it; empty for the root */
    public ExtTree(ByteString path, ExtFile file) {
        ByteString named = path.length() == 0 ? ImageMember.ROOT : path;
        folders.push(List.of(new Place(named, () -> file)).iterator());
    }

    @Override
    public @Nullable ImageMember next() throws IOException {
        while (!folders.isEmpty()) {
            Iterator<Place> rest = folders.element();
            if (rest.hasNext()) {
                return member(rest.next());
            }
            folders.pop();
            if (!way.isEmpty()) {
                above.remove(way.pop());
            }
        }
        return null;
    }

    private ImageMember member(Place place) throws IOException {
        ExtFile file = place.file().read();
        MemberAttributes attributes = attributes(file);
        if (file.links() > 1 && !file.isFolder()) {
            ByteString first = named.putIfAbsent(file.inode(), place.path());
            if (first != null) {
                return ImageMember.hardLink(place.path(), attributes, first);
            }
        }
        return switch (file.letter()) {
            case 'd' -> {
                enter(place.path(), file);
                yield ImageMember.directory(place.path(), attributes);
            }
            case 'f' -> regular(place.path(), file, attributes);
            case 'l' -> ImageMember.symbolicLink(place.path(), attributes, ByteString.copyOf(file.linkTarget()));
            case 'p' -> ImageMember.fifo(place.path(), attributes);
            case 's' -> ImageMember.socket(place.path(), attributes);
            case 'c' -> device(place.path(), file, attributes, MemberType.CHARACTER_DEVICE);
            case 'b' -> device(place.path(), file, attributes, MemberType.BLOCK_DEVICE);
            default -> throw file.structures().damaged("inode " + file.inode() + " is of no known type");
        };
    }

    /** A folder within itself, as no file system has it, would have no end. */
    private void enter(ByteString path, ExtFile folder) throws IOException {
        folder.structures()
                .require(above.add(folder.inode()) && way.size() < MAX_DEPTH, "the folder " + path + " is in itself");
        way.push(folder.inode());
        List<Place> children = new ArrayList<>();
        for (ExtFile.Entry entry : folder.entries()) {
            ByteString child = path.equals(ImageMember.ROOT) ? entry.name() : joined(path, entry.name());
            children.add(new Place(child, entry::file));
        }
        children.sort(Comparator.comparing(child -> child.path().toString()));
        folders.push(children.iterator());
    }

    private static ByteString joined(ByteString folder, ByteString name) {
        byte[] path = new byte[folder.length() + 1 + name.length()];
        System.arraycopy(folder.toBytes(), 0, path, 0, folder.length());
        path[folder.length()] = '/';
        System.arraycopy(name.toBytes(), 0, path, folder.length() + 1, name.length());
        return ByteString.copyOf(path);
    }

    private static ImageMember regular(ByteString path, ExtFile file, MemberAttributes attributes) throws IOException {
        SparseMap data = file.data();
        if (data.dataBytes() == file.size()) {
            return ImageMember.file(path, attributes, file.size(), file::open);
        }
        return ImageMember.sparseFile(path, attributes, file.size(), data, () -> file.open(data));
    }

    private static ImageMember device(ByteString path, ExtFile file, MemberAttributes attributes, MemberType type) {
        return ImageMember.device(path, type, attributes, new DeviceNumber(file.major(), file.minor()));
    }

    private static MemberAttributes attributes(ExtFile file) throws IOException {
        Map<String, ByteString> xattrs = new HashMap<>();
        file.attributes().forEach((name, value) -> xattrs.put(name, ByteString.copyOf(value)));
        boolean hasFlags = file.isRegular() || file.isFolder();
        return new MemberAttributes(
                file.permissions(),
                new Owner(file.uid(), file.gid(), "", ""),
                new MemberTimes(file.modified(), file.accessed(), null),
                xattrs,
                hasFlags
                        ? FileFlag.ofBits(file.flags()).stream()
                                .map(FileFlag::word)
                                .collect(Collectors.toUnmodifiableSet())
                        : Set.of());
    }
}
