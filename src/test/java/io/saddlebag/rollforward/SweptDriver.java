package io.saddlebag.rollforward;

import io.saddlebag.workbench.CallFaults;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Takes the place of the servers' drivers, so that statements go wrong, too. */
final class SweptDriver implements Driver {
    private static final List<String> SERVERS = List.of("org.postgresql.", "org.mariadb.");
    private static volatile @Nullable CallFaults faults;
    private static final ThreadLocal<Boolean> SPARED = ThreadLocal.withInitial(() -> false);
    private static boolean placed;

    private final Driver inner;

    private SweptDriver(Driver inner) {
        this.inner = inner;
    }

    /** From now on connections go through that; null for none. */
    static synchronized void through(@Nullable CallFaults now) throws SQLException {
        if (!placed) {
            for (Driver each : Collections.list(DriverManager.getDrivers())) {
                if (SERVERS.stream().anyMatch(each.getClass().getName()::startsWith)) {
                    DriverManager.deregisterDriver(each);
                    DriverManager.registerDriver(new SweptDriver(each));
                }
            }
            placed = true;
        }
        faults = now;
    }

    /** Whatever is called of it has connections to which nothing happens: it is another process's. */
    static <T> T spared(Class<T> type, T port) {
        return type.cast(Proxy.newProxyInstance(
                SweptDriver.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    boolean before = SPARED.get();
                    SPARED.set(true);
                    try {
                        return method.invoke(port, arguments);
                    } catch (InvocationTargetException e) {
                        throw Objects.requireNonNull(e.getCause());
                    } finally {
                        SPARED.set(before);
                    }
                }));
    }

    @Override
    public @Nullable Connection connect(String url, Properties properties) throws SQLException {
        CallFaults now = faults;
        return now == null || SPARED.get() || !inner.acceptsURL(url)
                ? inner.connect(url, properties)
                : now.port(Driver.class, inner).connect(url, properties);
    }

    @Override
    public boolean acceptsURL(String url) throws SQLException {
        return inner.acceptsURL(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) throws SQLException {
        return inner.getPropertyInfo(url, properties);
    }

    @Override
    public int getMajorVersion() {
        return inner.getMajorVersion();
    }

    @Override
    public int getMinorVersion() {
        return inner.getMinorVersion();
    }

    @Override
    public boolean jdbcCompliant() {
        return inner.jdbcCompliant();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
