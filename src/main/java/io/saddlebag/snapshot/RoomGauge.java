package io.saddlebag.snapshot;

import io.saddlebag.host.HostFiles;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.Posix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is left of the room that a source and its views share. Found out once where that is, and read again and again. Thread-safe. */
@FunctionalInterface
public interface RoomGauge {
    /** Views have room of their own, or take none. */
    RoomGauge NONE = List::of;

    /** Each place once. */
    List<SharedRoom> look() throws IOException;

    /** Of the file systems that hold these paths. */
    static RoomGauge ofFileSystems(Posix posix, HostFiles files, Collection<Path> paths) throws IOException {
        Map<String, Path> places = new LinkedHashMap<>();
        for (Path path : paths) {
            MountPoint mount = posix.mountOf(path.toRealPath());
            places.putIfAbsent(mount.deviceNumber(), mount.path());
        }
        return () -> {
            List<SharedRoom> rooms = new ArrayList<>();
            for (Path place : places.values()) {
                rooms.add(
                        new SharedRoom(place.toString(), files.usableSpaceBytes(place), files.totalSpaceBytes(place)));
            }
            return rooms;
        };
    }
}
