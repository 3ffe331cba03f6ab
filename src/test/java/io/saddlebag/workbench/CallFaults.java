package io.saddlebag.workbench;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.lease.QuiesceLease;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that goes wrong, at the nth call to any of the ports that are handed out here: files, new files and channels, databases, catalog and
 * whatever else. Calls are counted through all of them, so that a sweep reaches each call of a workflow. Thread-safe.
 */
public final class CallFaults {
    /** How a call goes wrong. */
    public enum Kind {
        /** Calls that write files: the disk is full. */
        NO_SPACE,
        /** Once full it stays so, until somebody makes room. */
        NO_SPACE_FROM_THEN,
        /** Any call: nothing was done. */
        ERROR,
        /** Any call: it was done, and a failure is told. */
        ERROR_AFTER,
        /** All calls from then on fail: the machine's disk is gone, until it is mended. */
        ERROR_FROM_THEN,
        /** Calls to files by their names. */
        PERMISSION,
        /** One byte is read or written, which is no failure. */
        SHORT,
        /** Any call takes longer than leases last. */
        SLOW,
        DEATH_BEFORE,
        DEATH_AFTER,
        /** In the middle of writing. */
        DEATH_TORN;

        /** Whether the process is gone then. */
        public boolean isDeath() {
            return this == DEATH_BEFORE || this == DEATH_AFTER || this == DEATH_TORN;
        }
    }

    private static final List<Class<?>> NESTED = List.of(
            NewFile.class,
            SeekableByteChannel.class,
            Catalog.Writing.class,
            QuiesceLease.class,
            DatabaseAdapter.class,
            StagedReplay.class);
    private static final Set<String> MOVING = Set.of("read", "write");
    private static final Set<String> LOOKING = Set.of(
            "status",
            "exists",
            "list",
            "openRead",
            "read",
            "dataRanges",
            "attributes",
            "attributeNames",
            "flags",
            "usableSpaceBytes",
            "totalSpaceBytes",
            "position",
            "size",
            "delete",
            "close");

    private final Kind kind;
    private final @Nullable String name;
    private final long first;
    private final Map<Kind, List<Long>> fitting = new EnumMap<>(Kind.class);
    private final Runnable delay;
    private long calls;
    private long ofThatName;
    private boolean begun;
    private boolean fired;
    private boolean dead;
    private String at = "";

    /**
     * @param name of the calls that are meant; null for all
     * @param delay what a slow call does before it answers
     */
    private CallFaults(Kind kind, @Nullable String name, long first, Runnable delay) {
        this.kind = kind;
        this.name = name;
        this.first = first;
        this.delay = delay;
    }

    /** Counts only, and notes which calls could have gone wrong in which way. */
    public static CallFaults none() {
        return new CallFaults(Kind.ERROR, null, Long.MAX_VALUE, () -> {});
    }

    /** @param nth from 1 on; one that can't go wrong in that way goes well */
    public static CallFaults at(long nth, Kind kind, SimulatedTime time) {
        return new CallFaults(kind, null, nth, () -> time.pass(Workbench.LEASE.plus(Duration.ofMinutes(1))));
    }

    /** @param name such as {@code HostFiles.rename}, of which the nth is meant */
    public static CallFaults at(String name, long nth, Kind kind) {
        return new CallFaults(kind, name, nth, () -> {});
    }

    public Kind kind() {
        return kind;
    }

    public synchronized long calls() {
        return calls;
    }

    /** The calls so far that can go wrong in that way. */
    public synchronized List<Long> calls(Kind fit) {
        return List.copyOf(fitting.getOrDefault(fit, List.of()));
    }

    /** Whether anything went wrong. */
    public synchronized boolean fired() {
        return fired;
    }

    /** Whether the process died of it. */
    public synchronized boolean dead() {
        return dead;
    }

    /** The call that went wrong first, such as {@code HostFiles.rename}. */
    public synchronized String at() {
        return at;
    }

    @Override
    public synchronized String toString() {
        return kind + " at call " + first + (name == null ? "" : " of " + name)
                + (at.isEmpty() ? ", not reached" : ", " + at);
    }

    public <T> T port(Class<T> type, T inner) {
        return type.cast(Proxy.newProxyInstance(
                CallFaults.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return invoke(inner, method, args);
                    }
                    if (type == HostFiles.class && method.isDefault()) {
                        // made of others, which count
                        return InvocationHandler.invokeDefault(proxy, method, args);
                    }
                    return called(type, inner, method, args);
                }));
    }

    private @Nullable Object called(Class<?> type, Object inner, Method method, Object @Nullable [] args)
            throws Throwable {
        boolean ofFiles = type == HostFiles.class || type == NewFile.class || type == SeekableByteChannel.class;
        boolean moves = type == SeekableByteChannel.class && MOVING.contains(method.getName());
        boolean mayFail = List.of(method.getExceptionTypes()).contains(IOException.class);
        Kind now = next(type, method, ofFiles, moves, mayFail);
        if (now == null) {
            return nested(method, invoke(inner, method, args));
        }
        if (now == Kind.SHORT || now == Kind.DEATH_TORN) {
            Object moved = brief(inner, method, Objects.requireNonNull(args));
            dieIf(now == Kind.DEATH_TORN);
            return moved;
        }
        if (now == Kind.ERROR_AFTER || now == Kind.DEATH_AFTER) {
            Object result = invoke(inner, method, args);
            if (result instanceof SeekableByteChannel open) {
                open.close();
            }
            dieIf(now == Kind.DEATH_AFTER);
            throw failure(ofFiles, FileFault.IO_ERROR);
        }
        dieIf(now == Kind.DEATH_BEFORE);
        if (now == Kind.SLOW) {
            delay.run();
            return nested(method, invoke(inner, method, args));
        }
        if (method.getName().equals("close")) {
            // it is closed all the same, or a sweep runs out of descriptors
            invoke(inner, method, args);
        }
        throw failure(
                ofFiles,
                switch (now) {
                    case NO_SPACE, NO_SPACE_FROM_THEN -> FileFault.NO_SPACE;
                    case PERMISSION -> FileFault.PERMISSION;
                    default -> FileFault.IO_ERROR;
                });
    }

    private void dieIf(boolean dies) {
        if (dies) {
            throw new Death(toString());
        }
    }

    private IOException failure(boolean ofFiles, FileFault fault) {
        return ofFiles
                ? new BackupException(fault, "injected: " + this, "This is a test.")
                : new IOException("injected: " + this);
    }

    /** How this call goes wrong; null when it goes well. */
    private synchronized @Nullable Kind next(
            Class<?> type, Method method, boolean ofFiles, boolean moves, boolean mayFail) {
        String called = type.getSimpleName() + "." + method.getName();
        if (dead) {
            if (method.getName().equals("close")) {
                // the kernel closes what a dead process had open
                return null;
            }
            throw new Death("called when dead: " + called);
        }
        if (!mayFail) {
            return null;
        }
        calls++;
        boolean lasting = kind == Kind.ERROR_FROM_THEN || kind == Kind.NO_SPACE_FROM_THEN;
        boolean itsTurn = isFirst(called) || (lasting && begun);
        for (Kind each : Kind.values()) {
            if (fits(each, method, ofFiles, moves)) {
                fitting.computeIfAbsent(each, any -> new ArrayList<>()).add(calls);
            }
        }
        if (!itsTurn || !fits(kind, method, ofFiles, moves)) {
            return null;
        }
        if (!fired) {
            fired = true;
            at = called;
        }
        dead = kind.isDeath();
        return kind;
    }

    private boolean isFirst(String called) {
        if (name != null && name.equals(called)) {
            ofThatName++;
        }
        boolean now = name == null ? calls == first : name.equals(called) && ofThatName == first;
        begun |= now;
        return now;
    }

    private static boolean fits(Kind kind, Method method, boolean ofFiles, boolean moves) {
        boolean writes = ofFiles && !LOOKING.contains(method.getName());
        return switch (kind) {
            case NO_SPACE, NO_SPACE_FROM_THEN -> writes;
            case PERMISSION -> ofFiles && !moves && !method.getName().equals("close");
            case SHORT -> moves;
            case DEATH_TORN -> moves && writes;
            case ERROR, ERROR_AFTER, ERROR_FROM_THEN, SLOW, DEATH_BEFORE, DEATH_AFTER -> true;
        };
    }

    private static @Nullable Object brief(Object inner, Method method, Object[] args) throws Throwable {
        ByteBuffer buffer = (ByteBuffer) args[0];
        int limit = buffer.limit();
        if (buffer.hasRemaining()) {
            buffer.limit(buffer.position() + 1);
        }
        try {
            return invoke(inner, method, args);
        } finally {
            buffer.limit(limit);
        }
    }

    private static @Nullable Object invoke(Object inner, Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(inner, args);
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private @Nullable Object nested(Method method, @Nullable Object result) {
        if (result instanceof Optional<?> perhaps && perhaps.isPresent()) {
            for (Class<?> each : NESTED) {
                if (each.isInstance(perhaps.get())) {
                    return Optional.of(wrapped(each, perhaps.get()));
                }
            }
        }
        return result != null && NESTED.contains(method.getReturnType())
                ? wrapped(method.getReturnType(), result)
                : result;
    }

    private <T> T wrapped(Class<T> type, Object result) {
        return port(type, type.cast(result));
    }

    /** Nobody catches it to go on. */
    public static final class Death extends Error {
        private static final long serialVersionUID = 1L;

        Death(String at) {
            super("the process died: " + at);
        }
    }
}
