package io.saddlebag.architecture.planted.catalog.jdbc;

public class AllowedJdbcCatalog {
    void use(javax.sql.DataSource source) throws java.sql.SQLException {
        source.getConnection().close();
    }
}
