async def test_a_database_out_of_reach_names_its_setting(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/x.db"
    with pytest.raises(ConfigurationError, match="LIVEWRIGHT_DATABASE_URL"):
        await Studio(prepared(tmp_path, database_url=url)).open()


async def test_closing_twice_is_harmless(studio: Studio) -> None:
    await studio.close()
    await studio.close()
