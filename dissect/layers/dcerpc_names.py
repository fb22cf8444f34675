"""Interfaces of DCE/RPC (MS-DTYP and the protocols' own specifications): what they are called, and their operations by number."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Interface(NamedTuple):
    """What an interface is called in lists, and the names of its operations by number; `-` for none."""

    column: str
    operations: str

    def operation(self, number: int) -> str:
        """The name of an operation."""
        return words(self.operations)[number] if self.knows(number) else f"Unknown operation {number}"

    def knows(self, number: int) -> bool:
        """Whether an operation has a name."""
        names = words(self.operations)
        return number < len(names) and names[number] != "-"


@cache
def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


INTERFACES = {
    "e1af8308-5d1f-11c9-91a4-08002b14a0fa": Interface(
        "EPM",
        "Insert Delete Lookup Map LookupHandleFree InqObject MgmtDelete",
    ),
    "12345778-1234-abcd-ef00-0123456789ac": Interface(
        "SAMR",
        "Connect Close SetSecurity QuerySecurity Shutdown LookupDomain EnumDomains OpenDomain QueryDomainInfo "
        "SetDomainInfo CreateDomainGroup EnumDomainGroups CreateUser EnumDomainUsers CreateDomAlias EnumDomainAliases "
        "GetAliasMembership LookupNames LookupRids OpenGroup QueryGroupInfo SetGroupInfo AddGroupMember "
        "DeleteDomainGroup DeleteGroupMember QueryGroupMember SetMemberAttributesOfGroup OpenAlias QueryAliasInfo "
        "SetAliasInfo DeleteDomAlias AddAliasMember DeleteAliasMember GetMembersInAlias OpenUser DeleteUser "
        "QueryUserInfo SetUserInfo ChangePasswordUser GetGroupsForUser QueryDisplayInfo GetDisplayEnumerationIndex "
        "TestPrivateFunctionsDomain TestPrivateFunctionsUser GetUserPwInfo RemoveMemberFromForeignDomain "
        "QueryDomainInfo2 QueryUserInfo2 QueryDisplayInfo2 GetDisplayEnumerationIndex2 CreateUser2 QueryDisplayInfo3 "
        "AddMultipleMembersToAlias RemoveMultipleMembersFromAlias OemChangePasswordUser2 ChangePasswordUser2 "
        "GetDomPwInfo Connect2 SetUserInfo2 SetBootKeyInformation GetBootKeyInformation Connect3 Connect4 "
        "ChangePasswordUser3 Connect5 RidToSid SetDsrmPassword ValidatePassword",
    ),
    "12345778-1234-abcd-ef00-0123456789ab": Interface(
        "LSARPC",
        "lsa_Close lsa_Delete lsa_EnumPrivs lsa_QuerySecurity lsa_SetSecObj lsa_ChangePassword lsa_OpenPolicy "
        "lsa_QueryInfoPolicy lsa_SetInfoPolicy lsa_ClearAuditLog lsa_CreateAccount lsa_EnumAccounts "
        "lsa_CreateTrustedDomain lsa_EnumTrustDom lsa_LookupNames lsa_LookupSids lsa_CreateSecret lsa_OpenAccount "
        "lsa_EnumPrivsAccount lsa_AddPrivilegesToAccount lsa_RemovePrivilegesFromAccount lsa_GetQuotasForAccount "
        "lsa_SetQuotasForAccount lsa_GetSystemAccessAccount lsa_SetSystemAccessAccount lsa_OpenTrustedDomain "
        "lsa_QueryTrustedDomainInfo lsa_SetInformationTrustedDomain lsa_OpenSecret lsa_SetSecret lsa_QuerySecret "
        "lsa_LookupPrivValue lsa_LookupPrivName lsa_LookupPrivDisplayName lsa_DeleteObject "
        "lsa_EnumAccountsWithUserRight lsa_EnumAccountRights lsa_AddAccountRights lsa_RemoveAccountRights "
        "lsa_QueryTrustedDomainInfoBySid lsa_SetTrustedDomainInfo lsa_DeleteTrustedDomain lsa_StorePrivateData "
        "lsa_RetrievePrivateData lsa_OpenPolicy2 lsa_GetUserName lsa_QueryInfoPolicy2 lsa_SetInfoPolicy2 "
        "lsa_QueryTrustedDomainInfoByName lsa_SetTrustedDomainInfoByName lsa_EnumTrustedDomainsEx "
        "lsa_CreateTrustedDomainEx lsa_CloseTrustedDomainEx lsa_QueryDomainInformationPolicy "
        "lsa_SetDomainInformationPolicy lsa_OpenTrustedDomainByName lsa_TestCall lsa_LookupSids2 lsa_LookupNames2 "
        "lsa_CreateTrustedDomainEx2 lsa_CREDRWRITE lsa_CREDRREAD lsa_CREDRENUMERATE lsa_CREDRWRITEDOMAINCREDENTIALS "
        "lsa_CREDRREADDOMAINCREDENTIALS lsa_CREDRDELETE lsa_CREDRGETTARGETINFO lsa_CREDRPROFILELOADED "
        "lsa_LookupNames3 lsa_CREDRGETSESSIONTYPES lsa_LSARREGISTERAUDITEVENT lsa_LSARGENAUDITEVENT "
        "lsa_LSARUNREGISTERAUDITEVENT lsa_lsaRQueryForestTrustInformation lsa_LSARSETFORESTTRUSTINFORMATION "
        "lsa_CREDRRENAME lsa_LookupSids3 lsa_LookupNames4 lsa_LSAROPENPOLICYSCE "
        "lsa_LSARADTREGISTERSECURITYEVENTSOURCE lsa_LSARADTUNREGISTERSECURITYEVENTSOURCE "
        "lsa_LSARADTREPORTSECURITYEVENT",
    ),
    "12345678-1234-abcd-ef00-01234567cffb": Interface(
        "RPC_NETLOGON",
        "NetrLogonUasLogon NetrLogonUasLogoff NetrLogonSamLogon NetrLogonSamLogoff NetrServerReqChallenge "
        "NetrServerAuthenticate NetrServerPasswordSet NetrDatabaseDeltas NetrDatabaseSync NetrAccountDeltas "
        "NetrAccountSync NetrGetDCName NetrLogonControl NetrGetAnyDCName NetrLogonControl2 NetrServerAuthenticate2 "
        "NetrDatabaseSync2 NetrDatabaseRedo NetrLogonControl2Ex NetrEnumerateTrustedDomains DsrGetDcName "
        "NetrLogonDummyRoutine1 NetrLogonSetServiceBits NetrLogonGetTrustRid NetrLogonComputeServerDigest "
        "NetrLogonComputeClientDigest NetrServerAuthenticate3 DsrGetDcNameEx DsrGetSiteName NetrLogonGetDomainInfo "
        "NetrServerPasswordSet2 NetrServerPasswordGet NetrLogonSendToSam DsrAddressToSiteNamesW DsrGetDcNameEx2 "
        "NetrLogonGetTimeServiceParentDomain NetrEnumerateTrustedDomainsEx DsrAddressToSiteNamesExW "
        "DsrGetDcSiteCoverageW NetrLogonSamLogonEx DsrEnumerateDomainTrusts DsrDeregisterDnsHostRecords "
        "NetrServerTrustPasswordsGet DsrGetForestTrustInformation NetrGetForestTrustInformation "
        "NetrLogonSamLogonWithFlags NetrServerGetTrustInfo",
    ),
    "4b324fc8-1670-01d3-1278-5a47bf6ee188": Interface(
        "SRVSVC",
        "NetCharDevEnum NetCharDevGetInfo NetCharDevControl NetCharDevQEnum NetCharDevQGetInfo NetCharDevQSetInfo "
        "NetCharDevQPurge NetCharDevQPurgeSelf NetConnEnum NetFileEnum NetFileGetInfo NetFileClose NetSessEnum "
        "NetSessDel NetShareAdd NetShareEnumAll NetShareGetInfo NetShareSetInfo NetShareDel NetShareDelSticky "
        "NetShareCheck NetSrvGetInfo NetSrvSetInfo NetDiskEnum NetServerStatisticsGet NetTransportAdd "
        "NetTransportEnum NetTransportDel NetRemoteTOD NetSetServiceBits NetPathType NetPathCanonicalize "
        "NetPathCompare NetNameValidate NETRPRNAMECANONICALIZE NetPRNameCompare NetShareEnum NetShareDelStart "
        "NetShareDelCommit NetGetFileSecurity NetSetFileSecurity NetServerTransportAddEx NetServerSetServiceBitsEx "
        "NETRDFSGETVERSION NETRDFSCREATELOCALPARTITION NETRDFSDELETELOCALPARTITION NETRDFSSETLOCALVOLUMESTATE "
        "NETRDFSSETSERVERINFO NETRDFSCREATEEXITPOINT NETRDFSDELETEEXITPOINT NETRDFSMODIFYPREFIX NETRDFSFIXLOCALVOLUME "
        "NETRDFSMANAGERREPORTSITEINFO NETRSERVERTRANSPORTDELEX",
    ),
    "6bffd098-a112-3610-9833-46c3f87e345a": Interface(
        "WKSSVC",
        "NetWkstaGetInfo NetWkstaSetInfo NetWkstaEnumUsers NetrWkstaUserGetInfo NetrWkstaUserSetInfo "
        "NetWkstaTransportEnum NetrWkstaTransportAdd NetrWkstaTransportDel NetrUseAdd NetrUseGetInfo NetrUseDel "
        "NetrUseEnum NetrMessageBufferSend NetrWorkstationStatisticsGet NetrLogonDomainNameAdd NetrLogonDomainNameDel "
        "NetrJoinDomain NetrUnjoinDomain NetrRenameMachineInDomain NetrValidateName NetrGetJoinInformation "
        "NetrGetJoinableOus NetrJoinDomain2 NetrUnjoinDomain2 NetrRenameMachineInDomain2 NetrValidateName2 "
        "NetrGetJoinableOus2 NetrAddAlternateComputerName NetrRemoveAlternateComputerName NetrSetPrimaryComputername "
        "NetrEnumerateComputerNames",
    ),
    "338cd001-2244-31f1-aaaa-900038001003": Interface(
        "WINREG",
        "OpenHKCR OpenHKCU OpenHKLM OpenHKPD OpenHKU CloseKey CreateKey DeleteKey DeleteValue EnumKey EnumValue "
        "FlushKey GetKeySecurity LoadKey NotifyChangeKeyValue OpenKey QueryInfoKey QueryValue ReplaceKey RestoreKey "
        "SaveKey SetKeySecurity SetValue UnLoadKey InitiateSystemShutdown AbortSystemShutdown GetVersion OpenHKCC "
        "OpenHKDD QueryMultipleValues InitiateSystemShutdownEx SaveKeyEx OpenHKPT OpenHKPN QueryMultipleValues2 "
        "DeleteKeyEx",
    ),
    "367abb81-9844-35f1-ad32-98f038001003": Interface(
        "SVCCTL",
        "CloseServiceHandle ControlService DeleteService LockServiceDatabase QueryServiceObjectSecurity "
        "SetServiceObjectSecurity QueryServiceStatus SetServiceStatus UnlockServiceDatabase NotifyBootConfigStatus "
        "ScSetServiceBitsW ChangeServiceConfigW CreateServiceW EnumDependentServicesW EnumServicesStatusW "
        "OpenSCManagerW OpenServiceW QueryServiceConfigW QueryServiceLockStatusW StartServiceW GetServiceDisplayNameW "
        "GetServiceKeyNameW ScSetServiceBitsA ChangeServiceConfigA CreateServiceA EnumDependentServicesA "
        "EnumServicesStatusA OpenSCManagerA OpenServiceA QueryServiceConfigA QueryServiceLockStatusA StartServiceA "
        "GetServiceDisplayNameA GetServiceKeyNameA ScGetCurrentGroupStateW EnumServiceGroupW ChangeServiceConfig2A "
        "ChangeServiceConfig2W QueryServiceConfig2A QueryServiceConfig2W QueryServiceStatusEx EnumServicesStatusExA "
        "EnumServicesStatusExW ScSendTSMessage",
    ),
    "12345678-1234-abcd-ef00-0123456789ab": Interface(
        "SPOOLSS",
        "EnumPrinters OpenPrinter SetJob GetJob EnumJobs AddPrinter DeletePrinter SetPrinter GetPrinter "
        "AddPrinterDriver EnumPrinterDrivers GetPrinterDriver GetPrinterDriverDirectory DeletePrinterDriver "
        "AddPrintProcessor EnumPrintProcessor GetPrintProcessorDirectory StartDocPrinter StartPagePrinter "
        "WritePrinter EndPagePrinter AbortPrinter ReadPrinter EndDocPrinter AddJob ScheduleJob GetPrinterData "
        "SetPrinterData WaitForPrinterChange ClosePrinter AddForm DeleteForm GetForm SetForm EnumForms EnumPorts "
        "EnumMonitors AddPort ConfigurePort DeletePort CreatePrinterIC PlayDiscriptOnPrinterIC DeletePrinterIC "
        "AddPrinterConnection DeletePrinterConnection PrinterMessageBox AddMonitor DeleteMonitor DeletePrintProcessor "
        "AddPrintProvider DeletePrintProvider EnumPrintProcDataTypes ResetPrinter GetPrinterDriver2 "
        "FindFirstPrinterChangeNotification FindNextPrinterChangeNotification FCPN "
        "RouterFindFirstPrinterNotificationOld ReplyOpenPrinter RouterReplyPrinter ReplyClosePrinter AddPortEx "
        "RemoteFindFirstPrinterChangeNotification SpoolerInit ResetPrinterEx RFFPCNEX RRPCN RFNPCNEX - OpenPrinterEx "
        "AddPrinterEx - EnumPrinterData DeletePrinterData - - - SetPrinterDataEx GetPrinterDataEx EnumPrinterDataEx "
        "EnumPrinterKey DeletePrinterDataEx - - DeletePrinterDriverEx - - - - AddPrinterDriverEx - - - - - - - - - - "
        "- - GetCorePrinterDrivers - GetPrinterDriverPackagePath",
    ),
    "e3514235-4b06-11d1-ab04-00c04fc2dcd2": Interface(
        "DRSUAPI",
        "DsBind DsUnbind DsReplicaSync DsGetNCChanges DsReplicaUpdateRefs DRSUAPI_REPLICA_ADD DRSUAPI_REPLICA_DEL "
        "DRSUAPI_REPLICA_MODIFY DRSUAPI_VERIFY_NAMES DRSUAPI_GET_MEMBERSHIPS DRSUAPI_INTER_DOMAIN_MOVE "
        "DRSUAPI_GET_NT4_CHANGELOG DsCrackNames DsWriteAccountSpn DRSUAPI_REMOVE_DS_SERVER DRSUAPI_REMOVE_DS_DOMAIN "
        "DsGetDomainControllerInfo DsAddEntry DRSUAPI_EXECUTE_KCC DsReplicaGetInfo DRSUAPI_ADD_SID_HISTORY "
        "DRSUAPI_GET_MEMBERSHIPS2 DRSUAPI_REPLICA_VERIFY_OBJECTS DRSUAPI_GET_OBJECT_EXISTENCE "
        "DRSUAPI_QUERY_SITES_BY_COST",
    ),
    "1ff70682-0a51-30e8-076d-740be8cee98b": Interface(
        "ATSVC",
        "JobAdd JobDel JobEnum JobGetInfo",
    ),
    "82273fdc-e32a-18c3-3f78-827929dc23ea": Interface(
        "EVENTLOG",
        "ClearEventLogW BackupEventLogW CloseEventLog DeregisterEventSource GetNumRecords GetOldestRecord "
        "ChangeNotify OpenEventLogW RegisterEventSourceW OpenBackupEventLogW ReadEventLogW ReportEventW "
        "ClearEventLogA BackupEventLogA OpenEventLogA RegisterEventSourceA OpenBackupEventLogA ReadEventLogA "
        "ReportEventA RegisterClusterSvc DeregisterClusterSvc WriteClusterEvents GetLogIntormation FlushEventLog",
    ),
    "6bffd098-a112-3610-9833-012892020162": Interface(
        "RPC_BROWSER",
        "BrowserrServerEnum BrowserrDebugCall BrowserrQueryOtherDomains BrowserrResetNetlogonState BrowserrDebugTrace "
        "BrowserrQueryStatistics BrowserrResetStatistics NetrBrowserStatisticsClear NetrBrowserStatisticsGet "
        "BrowserrSetNetlogonState BrowserrQueryEmulatedDomains BrowserrServerEnumEx",
    ),
    "4fc742e0-4a10-11cf-8273-00aa004ae673": Interface(
        "NETDFS",
        "dfs_GetManagerVersion dfs_Add dfs_Remove dfs_SetInfo dfs_GetInfo dfs_Enum dfs_Rename dfs_Move "
        "dfs_ManagerGetConfigInfo dfs_ManagerSendSiteInfo dfs_AddFtRoot dfs_RemoveFtRoot dfs_AddStdRoot "
        "dfs_RemoveStdRoot dfs_ManagerInitialize dfs_AddStdRootForced dfs_GetDcAddress dfs_SetDcAddress "
        "dfs_FlushFtTable dfs_Add2 dfs_Remove2 dfs_EnumEx dfs_SetInfo2",
    ),
    "3919286a-b10c-11d0-9ba8-00c04fd92ef5": Interface(
        "DSSETUP",
        "DsRoleGetPrimaryDomainInformation DsRoleDnsNameToFlatName DsRoleDcAsDc DsRoleDcAsReplica DsRoleDemoteDc "
        "DsRoleGetDcOperationProgress DsRoleGetDcOperationResults DsRoleCancel DsRoleServerSaveStateForUpgrade "
        "DsRoleUpgradeDownlevelServer DsRoleAbortDownlevelServerUpgrade",
    ),
    "c681d488-d850-11d0-8c52-00c04fd90f7e": Interface(
        "EFS",
        "EfsRpcOpenFileRaw EfsRpcReadFileRaw EfsRpcWriteFileRaw EfsRpcCloseRaw EfsRpcEncryptFileSrv "
        "EfsRpcDecryptFileSrv EfsRpcQueryUsersOnFile EfsRpcQueryRecoveryAgents EfsRpcRemoveUsersFromFile "
        "EfsRpcAddUsersToFile EfsRpcSetFileEncryptionKey EfsRpcNotSupported EfsRpcFileKeyInfo "
        "EfsRpcDuplicateEncryptionInfoFile",
    ),
    "894de0c0-0d55-11d3-a322-00c04fa321a1": Interface(
        "INITSHUTDOWN",
        "Init Abort InitEx",
    ),
    "5a7b91f8-ff00-11d0-a9b2-00c04fb6e6fc": Interface(
        "Messenger",
        "NetrSendMessage",
    ),
    "99fcfec4-5260-101b-bbcb-00aa0021347a": Interface(
        "IOXIDResolver",
        "ResolveOxid SimplePing ComplexPing ServerAlive ResolveOxid2 ServerAlive2",
    ),
    "000001a0-0000-0000-c000-000000000046": Interface(
        "ISystemActivator",
        "QueryInterfaceIRemoteSCMActivator AddRefIRemoteISCMActivator ReleaseIRemoteISCMActivator "
        "RemoteGetClassObject RemoteCreateInstance",
    ),
    "00000131-0000-0000-c000-000000000046": Interface(
        "IRemUnknown",
        "QueryInterface AddRef Release RemQueryInterface RemAddRef RemRelease",
    ),
    "a4f1db00-ca47-1067-b31f-00dd010662da": Interface(
        "MAPI",
        "EcDoConnect EcDoDisconnect EcDoRpc EcGetMoreRpc EcRRegisterPushNotification EcRUnregisterPushNotification "
        "EcDummyRpc EcRGetDCName EcRNetGetDCName EcDoRpcExt",
    ),
    "f5cc5a18-4264-101a-8c59-08002b2f8426": Interface(
        "NSPI",
        "NspiBind NspiUnbind NspiUpdateStat NspiQueryRows NspiSeekEntries NspiGetMatches NspiResortRestriction "
        "NspiDNToEph NspiGetPropList NspiGetProps NspiCompareDNTs NspiModProps NspiGetHierarchyInfo "
        "NspiGetTemplateInfo NspiModLInkAtt NspiDeleteEntries NspiQueryColumns NspiGetNamesFromIDs "
        "NspiGetIDsFromNames NspiResolveNames NspiResolveNamesW",
    ),
    "1544f5e0-613c-11d1-93df-00c04fd7bd09": Interface(
        "RFR",
        "RfrGetNewDSA RfrGetFQDNFromLegacyDN",
    ),
    "2f5f6520-ca46-1067-b319-00dd010662da": Interface(
        "TAPI",
        "ClientAttach ClientRequest ClientDetach",
    ),
    "afa8bd80-7d8a-11c9-bef4-08002b102989": Interface(
        "MGMT",
        "rpc__mgmt_inq_if_ids rpc__mgmt_inq_stats rpc__mgmt_is_server_listening rpc__mgmt_stop_server_listening "
        "rpc__mgmt_inq_princ_name",
    ),
    "50abc2a4-574d-40b3-9d66-ee4fd5fba076": Interface(
        "DNSSERVER",
        "DnssrvOperation DnssrvQuery DnssrvComplexOperation DnssrvEnumRecords DnssrvUpdateRecord DnssrvOperation2 "
        "DnssrvQuery2 DnssrvComplexOperation2 DnssrvEnumRecords2 DnssrvUpdateRecord2",
    ),
    "f5cc59b4-4264-101a-8c59-08002b2f8426": Interface(
        "FRSRPC",
        "FrsSendCommPkt FrsVerifyPromotionParent FrsStartPromotionParent FrsNOP FRSRPC_BACKUP_COMPLETE "
        "FRSRPC_BACKUP_COMPLETE_5 FRSRPC_BACKUP_COMPLETE_6 FRSRPC_BACKUP_COMPLETE_7 FRSRPC_BACKUP_COMPLETE_8 "
        "FRSRPC_BACKUP_COMPLETE_9 FRSRPC_VERIFY_PROMOTION_PARENT_EX",
    ),
    "d049b186-814f-11d1-9a3c-00c04fc9b232": Interface(
        "FRSAPI",
        "VerifyPromotion PromotionStatus StartDemotion CommitDemotion Set_DsPollingIntervalW Get_DsPollingIntervalW "
        "VerifyPromotionW InfoW IsPathReplicated WriterCommand",
    ),
    "8d9f4e40-a03d-11ce-8f69-08003e30051b": Interface(
        "PNP",
        "PNP_Disconnect PNP_Connect PNP_GetVersion PNP_GetGlobalState PNP_InitDetection PNP_ReportLogOn "
        "PNP_ValidateDeviceInstance PNP_GetRootDeviceInstance PNP_GetRelatedDeviceInstance PNP_EnumerateSubKeys "
        "PNP_GetDeviceList PNP_GetDeviceListSize PNP_GetDepth PNP_GetDeviceRegProp PNP_SetDeviceRegProp "
        "PNP_GetClassInstance PNP_CreateKey PNP_DeleteRegistryKey PNP_GetClassCount PNP_GetClassName "
        "PNP_DeleteClassKey PNP_GetInterfaceDeviceAlias PNP_GetInterfaceDeviceList PNP_GetInterfaceDeviceListSize "
        "PNP_RegisterDeviceClassAssociation PNP_UnregisterDeviceClassAssociation PNP_GetClassRegProp "
        "PNP_SetClassRegProp PNP_CreateDevInst PNP_DeviceInstanceAction PNP_GetDeviceStatus PNP_SetDeviceProblem "
        "PNP_DisableDevInst PNP_UninstallDevInst PNP_AddID PNP_RegisterDriver PNP_QueryRemove PNP_RequestDeviceEject "
        "PNP_IsDockStationPresent PNP_RequestEjectPC PNP_HwProfFlags PNP_GetHwProfInfo PNP_AddEmptyLogConf "
        "PNP_FreeLogConf PNP_GetFirstLogConf PNP_GetNextLogConf PNP_GetLogConfPriority PNP_AddResDes PNP_FreeResDes "
        "PNP_GetNextResDes PNP_GetResDesData PNP_GetResDesDataSize PNP_ModifyResDes PNP_DetectResourceConflict "
        "PNP_QueryResConfList PNP_SetHwProf PNP_QueryArbitratorFreeData PNP_QueryArbitratorFreeSize PNP_RunDetection "
        "PNP_RegisterNotification PNP_UnregisterNotification PNP_GetCustomDevProp PNP_GetVersionInternal "
        "PNP_GetBlockedDriverInfo PNP_GetServerSideDeviceInstallFlags PNP_GetObjectPropKeys PNP_GetObjectProp "
        "PNP_SetObjectProp PNP_InstallDevInst PNP_ApplyPowerSettings PNP_DriverStoreAddDriverPackage "
        "PNP_DriverStoreDeleteDriverPackage PNP_RegisterServiceNotification PNP_SetActiveService "
        "PNP_DeleteServiceDevices",
    ),
    "ccd8c074-d0e5-4a40-92b4-d074faa6ba28": Interface(
        "WITNESS",
        "GetInterfaceList Register UnRegister AsyncNotify RegisterEx",
    ),
    "dea00001-6c97-11d1-8271-00a02442df7d": Interface(
        "PNIO-CM",
        "Connect Release Read Write Control",
    ),
    "dea00002-6c97-11d1-8271-00a02442df7d": Interface(
        "PNIO-CM",
        "Connect Release Read Write Control",
    ),
    "333a2276-0000-0000-0d00-00809c000000": Interface(
        "CONV",
        "who_are_you who_are_you2 are_you_there who_are_you_auth who_are_you_auth_more",
    ),
    "86d35949-83c9-4044-b424-db363231fd0c": Interface(
        "TaskSchedulerService",
        "SchRpcHighestVersion SchRpcRegisterTask SchRpcRetrieveTask SchRpcCreateFolder SchRpcSetSecurity "
        "SchRpcGetSecurity SchRpcEnumFolders SchRpcEnumTasks SchRpcEnumInstances SchRpcGetInstanceInfo "
        "SchRpcStopInstance SchRpcStop SchRpcRun SchRpcDelete SchRpcRename SchRpcScheduledRuntimes "
        "SchRpcGetLastRunInfo SchRpcGetTaskInfo SchRpcGetNumberOfMissedRuns SchRpcEnableTask",
    ),
    "897e2e5f-93f3-4376-9c9c-fd2277495c27": Interface(
        "FRSTRANS",
        "CheckConnectivity EstablishConnection EstablishSession RequestUpdates RequestVersionVector AsyncPoll "
        "FRSTRANS_REQUEST_RECORDS FRSTRANS_UPDATE_CANCEL FRSTRANS_RAW_GET_FILE_DATA FRSTRANS_RDC_GET_SIGNATURES "
        "FRSTRANS_RDC_PUSH_SOURCE_NEEDS FRSTRANS_RDC_GET_FILE_DATA FRSTRANS_RDC_CLOSE InitializeFileTransferAsync "
        "FRSTRANS_OPNUM_0E_NOT_USED_ON_THE_WIRE FRSTRANS_RAW_GET_FILE_DATA_ASYNC FRSTRANS_RDC_GET_FILE_DATA_ASYNC",
    ),
    "4d9f4ab8-7d1c-11cf-861e-0020af6e7c57": Interface(
        "REMACT",
        "RemoteActivation",
    ),
    "00000143-0000-0000-c000-000000000046": Interface(
        "IRemUnknown2",
        "QueryInterface AddRef Release RemQueryInterface RemAddRef RemRelease RemQueryInterface2",
    ),
}
