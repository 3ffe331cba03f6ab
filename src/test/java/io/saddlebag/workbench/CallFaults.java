package io.saddlebag.workbench;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseRecovery;
import io.saddlebag.database.JournalServer;
import io.saddlebag.database.StagedReplay;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Command;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.NewFile;
import io.saddlebag.host.ProcessFault;
import io.saddlebag.host.Processes;
import io.saddlebag.lease.QuiesceLease;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
        DEATH_TORN,
        /** A program says that all went well, and has done nothing. */
        LIE,
        /** A program is ended with all its children when its time is over. */
        HANG;

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
            StagedReplay.class,
            DatabaseRecovery.class,
            JournalServer.class,
            Connection.class,
            Statement.class,
            PreparedStatement.class);
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

    private static final Set<String> BEFORE_PROGRAMS = Set.of("setpriv", "setsid");
    private static final Processes.Finished FAILED = new Processes.Finished(1, Duration.ZERO);
    /** SQLSTATE. */
    private static final String CONNECTION_FAILURE = "08006";

    private final Kind kind;
    private final @Nullable String name;
    private final long first;
    private final Map<Kind, List<Long>> fitting = new EnumMap<>(Kind.class);
    private final Map<Kind, Map<String, Long>> named = new EnumMap<>(Kind.class);
    private final Map<String, Long> seen = new TreeMap<>();
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

    /** As {@link #at(String, long, Kind)}, for kinds that take time, too. */
    public static CallFaults at(String name, long nth, Kind kind, SimulatedTime time) {
        return new CallFaults(kind, name, nth, () -> time.pass(Workbench.LEASE.plus(Duration.ofMinutes(1))));
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

    /** The calls so far that can go wrong in that way, by their names: how many there were of each. */
    public synchronized Map<String, Long> named(Kind fit) {
        return Map.copyOf(named.getOrDefault(fit, Map.of()));
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
        Kind now = next(named(type, method, args), method, ofFiles, moves, mayFail(type, method));
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
            if (isProgram(method)) {
                return FAILED;
            }
            if (isAnswered(type)) {
                if (result instanceof Connection open) {
                    open.close();
                }
                throw unanswered();
            }
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
        if (isProgram(method)) {
            return program(now);
        }
        if (isAnswered(type)) {
            throw unanswered();
        }
        throw failure(
                ofFiles,
                switch (now) {
                    case NO_SPACE, NO_SPACE_FROM_THEN -> FileFault.NO_SPACE;
                    case PERMISSION -> FileFault.PERMISSION;
                    default -> FileFault.IO_ERROR;
                });
    }

    /** Of databases, only what goes to the server counts. */
    private static boolean mayFail(Class<?> type, Method method) {
        return isAnswered(type)
                ? method.getName().startsWith("execute") || method.getName().equals("connect")
                : List.of(method.getExceptionTypes()).contains(IOException.class);
    }

    private static boolean isAnswered(Class<?> type) {
        return Driver.class.isAssignableFrom(type)
                || Statement.class.isAssignableFrom(type)
                || Connection.class.isAssignableFrom(type);
    }

    /** Programs by their own names. */
    private static String named(Class<?> type, Method method, Object @Nullable [] args) {
        String called = type.getSimpleName() + "." + method.getName();
        if (!isProgram(method) || args == null) {
            return called;
        }
        List<String> words = ((Command) args[0])
                .arguments().stream()
                        .filter(each -> !each.startsWith("-") && !BEFORE_PROGRAMS.contains(each))
                        .toList();
        String program = words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
        return called + "(" + program + (program.equals("pg_ctl") ? " " + words.get(1) : "") + ")";
    }

    private static boolean isProgram(Method method) {
        return method.getDeclaringClass() == Processes.class && method.getName().equals("run");
    }

    private Processes.Finished program(Kind now) throws BackupException {
        if (now == Kind.HANG) {
            delay.run();
            throw new BackupException(ProcessFault.TIMED_OUT, "injected: " + this, "This is a test.");
        }
        if (now == Kind.PERMISSION) {
            throw new BackupException(ProcessFault.CANNOT_START, "injected: " + this, "This is a test.");
        }
        return now == Kind.LIE ? new Processes.Finished(0, Duration.ZERO) : FAILED;
    }

    private SQLException unanswered() {
        return new SQLException("injected: " + this, CONNECTION_FAILURE);
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
            String called, Method method, boolean ofFiles, boolean moves, boolean mayFail) {
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
        long ofThis = seen.merge(called, 1L, Long::sum);
        boolean lasting = kind == Kind.ERROR_FROM_THEN || kind == Kind.NO_SPACE_FROM_THEN;
        boolean itsTurn = isFirst(called) || (lasting && begun);
        for (Kind each : Kind.values()) {
            if (fits(each, method, ofFiles, moves)) {
                fitting.computeIfAbsent(each, any -> new ArrayList<>()).add(calls);
                named.computeIfAbsent(each, any -> new TreeMap<>()).put(called, ofThis);
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
            case PERMISSION -> (ofFiles && !moves && !method.getName().equals("close")) || isProgram(method);
            case LIE, HANG -> isProgram(method);
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
