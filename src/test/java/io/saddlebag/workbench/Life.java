package io.saddlebag.workbench;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.BackupMode;
import io.saddlebag.database.DatabaseAdapter;
import io.saddlebag.database.DatabaseWriter;
import io.saddlebag.job.JobLog;
import io.saddlebag.journal.JournalChain;
import io.saddlebag.journal.JournalSource;
import io.saddlebag.lease.QuiesceLease;
import io.saddlebag.lease.Watchdog;
import io.saddlebag.snapshot.PreparedSnapshot;
import io.saddlebag.snapshot.SnapshotProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The life of a process: it ends before or after the nth call on one of its ports. From then on every call throws, so that
 * nothing of a dead process cleans up.
 */
public final class Life {
    private static final Set<Class<?>> PORTS = Set.of(
            JobLog.class,
            Catalog.class,
            Catalog.Writing.class,
            Watchdog.class,
            QuiesceLease.class,
            DatabaseAdapter.class,
            DatabaseWriter.class,
            BackupMode.class,
            SnapshotProvider.class,
            PreparedSnapshot.class,
            ImageTarget.class,
            JournalChain.class,
            JournalSource.class);

    private final long last;
    private final When when;
    private final BooleanSupplier diedElsewhere;
    private final Consumer<String> notes;
    private long calls;
    private boolean dead;
    private String end = "";

    private Life(long last, When when, BooleanSupplier diedElsewhere, Consumer<String> notes) {
        this.notes = notes;
        this.last = last;
        this.when = when;
        this.diedElsewhere = diedElsewhere;
    }

    /** Whether the call at which the process dies has had its effect. */
    public enum When {
        BEFORE,
        AFTER
    }

    public static Life unending() {
        return endingAt(Long.MAX_VALUE, When.BEFORE);
    }

    public static Life endingAt(long call, When when) {
        return new Life(call, when, () -> false, unused -> {});
    }

    /** One that doesn't end, and tells of each call before it is made, such as {@code SnapshotProvider.create}. */
    public static Life noting(Consumer<String> calls) {
        return new Life(Long.MAX_VALUE, When.BEFORE, () -> false, calls);
    }

    /** Ends when something that isn't called through here has. */
    public static Life endingWith(BooleanSupplier other) {
        return new Life(Long.MAX_VALUE, When.BEFORE, other, call -> {});
    }

    public synchronized boolean over() {
        return dead || diedElsewhere.getAsBoolean();
    }

    /** Calls so far. */
    public synchronized long calls() {
        return calls;
    }

    /** The call at which it ended. */
    public synchronized String end() {
        return end;
    }

    /** Ends it now. */
    public synchronized Death die() {
        dead = true;
        return new Death("killed");
    }

    public <T> T port(Class<T> type, T inner) {
        return type.cast(Proxy.newProxyInstance(
                Life.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    String name = type.getSimpleName() + "." + method.getName();
                    boolean counts = method.getDeclaringClass() != Object.class;
                    boolean itsTurn = counts && next(name);
                    if (itsTurn && when == When.BEFORE) {
                        throw new Death(name);
                    }
                    Object result;
                    try {
                        result = method.invoke(inner, args);
                    } catch (InvocationTargetException e) {
                        throw Objects.requireNonNull(e.getCause());
                    }
                    if (itsTurn) {
                        throw new Death(name);
                    }
                    return wrapped(method.getReturnType(), result);
                }));
    }

    private synchronized boolean next(String name) {
        if (over()) {
            throw new Death(name);
        }
        calls++;
        notes.accept(name);
        if (calls == last) {
            dead = true;
            end = name;
            return true;
        }
        return false;
    }

    private @Nullable Object wrapped(Class<?> type, @Nullable Object result) {
        if (result instanceof Optional<?> perhaps && perhaps.isPresent() && perhaps.get() instanceof DatabaseWriter w) {
            return Optional.of(port(DatabaseWriter.class, w));
        }
        return result != null && PORTS.contains(type) ? portOf(type, result) : result;
    }

    private <T> T portOf(Class<T> type, Object result) {
        return port(type, type.cast(result));
    }

    /** Nobody catches it to go on. */
    public static final class Death extends Error {
        private static final long serialVersionUID = 1L;

        Death(String at) {
            super("the process died at " + at);
        }
    }
}
