package dev.weir.platform.embedded;

import dev.weir.contract.SkillCatalogContract;
import dev.weir.contract.SkillReleaseContract;

class SqliteSkillCatalogTest extends SqliteTest implements SkillCatalogContract, SkillReleaseContract {
    @Override
    public SqliteSkillCatalog catalog() {
        return new SqliteSkillCatalog(database);
    }
}
