package io.saddlebag.journal;

import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.log.LogConnection;
import io.saddlebag.database.log.LogFlow;
import io.saddlebag.host.InPlaceFile;
import io.saddlebag.host.NewFile;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thing that goes wrong, at the nth call of a process to its ports. */
public final class Faults {
    /** Calls that a network may carry out twice without anybody's being wrong about it. */
    private static final Set<String> REPEATABLE = Set.of(
            "record",
            "become",
            "intend",
            "fulfilled",
            "release",
            "settle",
            "figures",
            "progress",
            "add",
            "look",
            "pieces");

    public enum Kind {
        CRASH_BEFORE,
        CRASH_AFTER,
        ERROR_BEFORE,
        /** It was done, and the answer is lost. */
        ERROR_AFTER,
        /** The answer takes ten minutes. */
        SLOW,
        /** Meanwhile the clock is set back by an hour. */
        CLOCK_SET_BACK,
        TWICE
    }

    /** The process is dead: nobody catches this to go on. */
    public static final class Death extends Error {
        private static final long serialVersionUID = 1L;

        public Death(String at) {
            super(at);
        }
    }

    /** Ports that others hand out. */
    private static final Set<Class<?>> NESTED =
            Set.of(Catalog.Writing.class, LogConnection.class, LogFlow.class, InPlaceFile.class, NewFile.class);

    private final long last;
    private final @Nullable Kind kind;
    private final SkewedTime time;
    private Runnable meanwhile = () -> {};
    private long calls;
    private boolean dead;
    private String at = "";

    /** @param kind null for nothing */
    public Faults(long last, @Nullable Kind kind, SkewedTime time) {
        this.last = last;
        this.kind = kind;
        this.time = time;
    }

    /** Nothing goes wrong, but before that call others do something. */
    static Faults meanwhile(long call, Runnable others, SkewedTime time) {
        Faults faults = new Faults(call, null, time);
        faults.meanwhile = others;
        return faults;
    }

    public boolean dead() {
        return dead;
    }

    /** Calls so far. */
    long calls() {
        return calls;
    }

    @Override
    public String toString() {
        return kind + " at call " + last + (at.isEmpty() ? ", not reached" : ", " + at);
    }

    public <T> T port(Class<T> type, T inner) {
        return type.cast(Proxy.newProxyInstance(
                Faults.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    String name = type.getSimpleName() + "." + method.getName();
                    Kind now = next(name, method.getDeclaringClass() == Object.class);
                    if (now == Kind.ERROR_BEFORE && throwsIo(method.getExceptionTypes())) {
                        throw new IOException("injected before " + name);
                    }
                    try {
                        Object result = method.invoke(inner, args);
                        if (now == Kind.TWICE && REPEATABLE.contains(method.getName())) {
                            result = method.invoke(inner, args);
                        }
                        if (now == Kind.CRASH_AFTER) {
                            dead = true;
                            throw new Death(name);
                        }
                        if (now == Kind.ERROR_AFTER && throwsIo(method.getExceptionTypes())) {
                            throw new IOException("injected after " + name);
                        }
                        return NESTED.contains(method.getReturnType())
                                ? wrapped(method.getReturnType(), result)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw Objects.requireNonNull(e.getCause());
                    }
                }));
    }

    private <U> U wrapped(Class<U> type, Object result) {
        return port(type, type.cast(result));
    }

    private static boolean throwsIo(Class<?>[] declared) {
        for (Class<?> each : declared) {
            if (each == IOException.class) {
                return true;
            }
        }
        return false;
    }

    private synchronized @Nullable Kind next(String name, boolean ofObject) {
        if (ofObject) {
            return null;
        }
        if (dead) {
            throw new Death(name);
        }
        if (++calls != last) {
            return null;
        }
        at = name;
        meanwhile.run();
        if (kind == null) {
            return null;
        }
        switch (kind) {
            case CRASH_BEFORE -> {
                dead = true;
                throw new Death(name);
            }
            case SLOW -> time.pass(600);
            case CLOCK_SET_BACK -> time.setBack(3600);
            default -> {}
        }
        return kind;
    }
}
